#!/usr/bin/env node
import { ensureRuntime } from './runtime.js'

// An older Node re-starts this file under the pinned one, before any module that it could not parse is loaded.
if (ensureRuntime()) {
  const { execute } = await import('@oclif/core')
  // Not awaited: once the reader of stdout went away (`| head`), oclif's last flush never settles, and Node would warn.
  execute({ dir: import.meta.url })
}
