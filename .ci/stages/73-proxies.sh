#!/usr/bin/env bash
# An event through the examples of nginx and Caddy, with a certificate made here, to the built listener.
source "$(dirname "$0")/../lib.sh"
need_packages nginx caddy openssl
run_stage_tests proxies
