#!/usr/bin/env node
import { ensureRuntime } from './runtime.js'

// An older Node re-starts this file under the pinned one, before any module that it could not parse is loaded.
if (ensureRuntime()) {
  const { execute } = await import('@oclif/core')
  await execute({ dir: import.meta.url })
}
