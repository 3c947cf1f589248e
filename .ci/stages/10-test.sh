#!/usr/bin/env bash
# README's test command, counted test by test.
source "$(dirname "$0")/../lib.sh"
command=$(readme_command 'npm ci && npm test')
echo "# README: $command"
status=0
AIRCALL_SYNC_TEST_JSON="$temp/test.json" bash -euo pipefail -c "$command" || status=$?
node .ci/count-tests.js "$temp/test.json" "$status"
