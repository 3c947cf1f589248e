#!/usr/bin/env bash
# The review CSV through LibreOffice and back.
source "$(dirname "$0")/../lib.sh"
need_packages libreoffice-calc
run_stage_tests spreadsheets
