import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * End-to-end tests run the built command, so it is built here: never a stale `dist`. What tests and the programs
 * they start leave in the folder for temporary files goes with the run that made it.
 */
export default function setup(): () => void {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  if (process.env['AIRCALL_SYNC_STAGE'] === undefined) sayLeftOut(`${root}/test/stages`)
  if (process.env['AIRCALL_SYNC_SKIP_BUILD'] !== '1') {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
  }
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-tests-'))
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

function sayLeftOut(folder: string): void {
  const stages = readdirSync(folder).flatMap((file) => /^(.+)\.test\.ts$/.exec(file)?.[1] ?? [])
  process.stdout.write(`Left out here, since they need Debian's packages: ${stages.join(', ')}. `)
  process.stdout.write(`They are stages of .ci/run, which installs those: .ci/run ${stages.join(' ')}\n`)
}
