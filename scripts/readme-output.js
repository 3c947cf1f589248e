// Fills the blocks between `<!-- output: NAME -->` and `<!-- /output -->` in
// docs/first-use.md from real runs of the built command against the sandbox:
// `npm run build && npm run readme-output`. Paths of this machine are taken out.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const target = new URL('../docs/first-use.md', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-readme-'))
const stateDir = join(folder, 'state')

const RUNS = {
  doctor: ['doctor'],
  'index-pull': ['index', 'pull'],
  backfill: ['backfill', '--since', '30d', '--dry-run', '--output', 'review.csv'],
  apply: ['apply', 'review.csv', '--yes'],
}

async function startSandbox() {
  const size = ['--calls', '400', '--end-users', '300', '--days', '30', '--seed', '7']
  const speed = ['--aircall-rpm', '0', '--planhat-rpm', '0']
  const child = spawn(process.execPath, [program, 'sandbox', '--json', '--automation', ...size, ...speed], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  return { child, env: JSON.parse(String(line)) }
}

/** Both streams of one command, in the order of a terminal's reader: what it says, then the result. */
function capture(words, env) {
  try {
    return execFileSync(process.execPath, [program, ...words, '--no-progress'], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, ...env, AIRCALL_SYNC_STATE_DIR: stateDir },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  } catch (error) {
    // Warnings of doctor end with another code than 0; what it printed is still the output.
    if (typeof error.stdout === 'string' && error.stdout !== '') return error.stdout
    throw error
  }
}

function withoutThisMachine(text) {
  return text
    .replaceAll(stateDir, '~/.local/state/aircall-sync')
    .replaceAll(`${folder}/`, '')
    .replaceAll(homedir(), '~')
    .replace(/[ \t]+$/gm, '')
    .trim()
}

function fill(page, name, text) {
  const block = new RegExp(`(<!-- output: ${name} -->\\n)[\\s\\S]*?(<!-- /output -->)`)
  if (!block.test(page)) throw new Error(`docs/first-use.md has no block "output: ${name}"`)
  return page.replace(block, (_, open, close) => `${open}\n\`\`\`text\n${text}\n\`\`\`\n\n${close}`)
}

const sandbox = await startSandbox()
try {
  // The sandbox serves as fast as it can.
  const limits = { aircallPerMinute: 60_000, planhatPerMinute: 60_000 }
  writeFileSync(join(folder, 'aircall-sync.config.json'), JSON.stringify({ limits }))
  let page = readFileSync(target, 'utf8')
  for (const [name, words] of Object.entries(RUNS)) {
    page = fill(page, name, withoutThisMachine(capture(words, sandbox.env)))
  }
  writeFileSync(target, page)
} finally {
  sandbox.child.kill('SIGTERM')
  await once(sandbox.child, 'exit')
  rmSync(folder, { recursive: true, force: true })
}
