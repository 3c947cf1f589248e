#!/usr/bin/env node
import { ensureRuntime, plainVersion } from './runtime.js'

// An older Node re-starts this file under the pinned one, before any module that it could not parse is loaded.
if (ensureRuntime()) {
  const version = plainVersion(process.argv.slice(2))
  if (version !== null) process.stdout.write(`${version}\n`)
  // Not awaited: once the reader of stdout went away (`| head`), oclif's last flush never settles, and Node would warn.
  else import('@oclif/core').then(({ execute }) => execute({ dir: import.meta.url }))
}
