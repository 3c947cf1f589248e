#!/usr/bin/env node
// Runs src/ directly (Node strips the types): no build, no stale dist. Needs
// the pinned Node: `npm run dev -- <command>`.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Config, flush, handle, run } from '@oclif/core'

const root = fileURLToPath(new URL('..', import.meta.url))
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
pjson.oclif.commands = './src/commands'
pjson.oclif.hooks.command_not_found.target = './src/cli/command-not-found.ts'

const config = new Config({ root, pjson, ignoreManifest: true })
await config.load()
await run(process.argv.slice(2), config)
  .then(() => flush())
  .catch(handle)
