#!/usr/bin/env node
import { createRequire } from 'node:module'
import { ensureRuntime } from './runtime.js'

// An older Node re-starts this file under the pinned one, before any module that it could not parse is loaded.
if (ensureRuntime()) {
  if (process.argv.slice(2).join(' ') === '--version') sayVersion()
  else start()
}

/** What scripts ask most often needs no command framework, which takes several times as long as Node itself. */
function sayVersion() {
  const { name, version } = createRequire(import.meta.url)('../package.json')
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
}

async function start() {
  const { execute } = await import('@oclif/core/execute')
  // Not awaited: once the reader of stdout went away (`| head`), oclif's last flush never settles, and Node would warn.
  execute({ dir: import.meta.url })
}
