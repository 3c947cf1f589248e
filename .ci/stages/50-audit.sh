#!/usr/bin/env bash
# Known vulnerabilities in what is installed for use. A registry without that service proves nothing either way.
source "$(dirname "$0")/../lib.sh"
use_pinned_node
status=0
npm audit --omit dev --json >"$temp/audit.json" 2>"$temp/audit.err" || status=$?
node --input-type=module - "$temp/audit.json" "$status" <<'JS'
import { readFileSync } from 'node:fs'
const [, , file, status] = process.argv
let report = null
try {
  report = JSON.parse(readFileSync(file, 'utf8'))
} catch {}
const found = report?.metadata?.vulnerabilities
if (found === undefined) {
  console.log(`# npm audit could not be asked (exit ${status}): ${report?.message ?? report?.error?.summary ?? 'no answer'}. Not checked.`)
  console.log('0 passed, 0 failed')
} else {
  console.log(`# npm audit: ${found.total} known vulnerabilities`)
  if (found.total > 0) {
    console.log(JSON.stringify(report.vulnerabilities, null, 2))
    process.exitCode = 1
  }
}
JS
