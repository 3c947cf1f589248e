// The list of commands, so that a start reads no command but its own: a quarter of the time of most. oclif
// writes it in the order in which the disk answered; sorted, the same sources give the same package.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = fileURLToPath(new URL('../oclif.manifest.json', import.meta.url))

execFileSync(process.execPath, ['node_modules/oclif/bin/run.js', 'manifest'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
})
const manifest = JSON.parse(readFileSync(file, 'utf8'))
const commands = Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(file, `${JSON.stringify({ ...manifest, commands: Object.fromEntries(commands) }, null, 2)}\n`)
