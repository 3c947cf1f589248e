#!/usr/bin/env bash
# Known vulnerabilities in what is installed for use or bundled into dist/. A registry without that service proves nothing either way.
source "$(dirname "$0")/../lib.sh"
use_pinned_node
status=0
npm audit --json >"$temp/audit.json" 2>"$temp/audit.err" || status=$?
node --input-type=module - "$temp/audit.json" "$status" <<'JS'
import { readFileSync } from 'node:fs'
const [, , file, status] = process.argv
let report = null
try {
  report = JSON.parse(readFileSync(file, 'utf8'))
} catch {}
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const { packages } = read('package-lock.json')
const bundled = new Set(read('scripts/bundled.json'))
const isShipped = ({ name, nodes }) => bundled.has(name) || nodes.some((node) => packages[node]?.dev !== true)
const found = report?.vulnerabilities
if (found === undefined) {
  console.log(`# npm audit could not be asked (exit ${status}): ${report?.message ?? report?.error?.summary ?? 'no answer'}. Not checked.`)
  console.log('0 passed, 0 failed')
} else {
  const shipped = Object.values(found).filter(isShipped)
  console.log(`# npm audit: ${shipped.length} packages with known vulnerabilities`)
  if (shipped.length > 0) {
    console.log(JSON.stringify(shipped, null, 2))
    process.exitCode = 1
  }
}
JS
