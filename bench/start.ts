/**
 * How long commands take to start, as installed: packed, installed into an empty
 * folder, and beside `node -e 0`. `node bench/start.ts [--json]`. The best of many,
 * taken in turns, because a start is short and the machine has other things to do.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ratio, root } from './support/child.ts'

const TURNS = 25
const NUMBER = '+12025550143'
const CONTACTS = `Id,Name,Company Id,Phone\n5e26e38abf07307b89e48d51,Ada Example,5e15901391025d870eec1231,${NUMBER}\n`

/** @returns the path of the installed start script. */
function install(folder: string): string {
  const npm = (...args: readonly string[]) => execFileSync('npm', args, { cwd: root, encoding: 'utf8' })
  const packed = npm('pack', '--silent', '--pack-destination', folder).trim().split('\n').at(-1) ?? ''
  npm('install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, join(folder, packed))
  return join(folder, 'node_modules/aircall-sync/bin/run.js')
}

const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-start-'))
try {
  const program = install(folder)
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder }
  const run = (args: readonly string[]): number => {
    const startMs = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
    return performance.now() - startMs
  }
  writeFileSync(join(folder, 'end-users.csv'), CONTACTS)
  run([program, 'index', 'import', 'end-users.csv'])
  const cases = {
    node: ['-e', '0'],
    '--version': [program, '--version'],
    '--help': [program, '--help'],
    'index lookup': [program, 'index', 'lookup', NUMBER],
  }
  const best: Record<string, number> = {}
  for (let turn = 0; turn < TURNS; turn += 1)
    for (const [name, args] of Object.entries(cases))
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, run(args))
  const { node = 0, ...ours } = best
  const rows = Object.fromEntries(
    Object.entries(ours).map(([name, ms]) => [name, { ms: Math.round(ms), times: ratio(ms, node) }]),
  )
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else {
    process.stdout.write(`node -e 0: ${Math.round(node)} ms\n`)
    for (const [name, { ms, times }] of Object.entries(rows))
      process.stdout.write(`${name}: ${ms} ms, ${times} times\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
