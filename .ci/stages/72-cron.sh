#!/usr/bin/env bash
# reconcile under Debian's own cron, with an environment as bare as cron's.
source "$(dirname "$0")/../lib.sh"
need_packages cron prometheus
run_stage_tests cron
