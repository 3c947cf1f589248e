import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** End-to-end tests run the built command, so it is built here: never a stale `dist`. */
export default function setup(): void {
  if (process.env['AIRCALL_SYNC_SKIP_BUILD'] === '1') return
  const root = fileURLToPath(new URL('../..', import.meta.url))
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
}
