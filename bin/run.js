#!/usr/bin/env node
import { ensureRuntime, plainVersion } from './runtime.js'

/** Their work grows with the range, and is done in a thread (src/pipeline/thread/). */
const RUNS = ['backfill', 'apply', 'import', 'reconcile']

// An older Node re-starts this file under the pinned one, before any module that it could not parse is loaded.
if (ensureRuntime()) {
  const args = process.argv.slice(2)
  const version = plainVersion(args)
  if (version !== null) process.stdout.write(`${version}\n`)
  else start(args)
}

/** The thread of a run loads beside the command framework: on two cores a run starts the sooner for it. */
async function start([command, ...rest]) {
  if (RUNS.includes(command) && !rest.includes('--help')) {
    const { prepareThread } = await import('../dist/pipeline/thread/run-in-thread.js')
    prepareThread()
  }
  const { execute } = await import('@oclif/core')
  // Not awaited: once the reader of stdout went away (`| head`), oclif's last flush never settles, and Node would warn.
  execute({ dir: import.meta.url })
}
