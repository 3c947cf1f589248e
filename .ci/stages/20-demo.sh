#!/usr/bin/env bash
# README's first line, as a reader would type it: with the Node that is there.
source "$(dirname "$0")/../lib.sh"
command=$(readme_command 'npm ci && npm run demo')
echo "# README: $command"
export TMPDIR="$temp/demo"
mkdir -p "$TMPDIR"
started=$SECONDS
bash -euo pipefail -c "$command" | tee "$temp/demo.txt"
echo "# installed and shown in $((SECONDS - started)) s"
if grep -q $'\x1b' "$temp/demo.txt"; then
  echo 'the demo wrote colour or cursor codes into a pipe' >&2
  exit 1
fi
