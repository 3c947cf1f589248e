#!/usr/bin/env bash
# The report in a real browser: nothing on the console, no request, no accessibility violation.
source "$(dirname "$0")/../lib.sh"
need_packages chromium
run_stage_tests browser
