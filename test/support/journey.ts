import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { loadSettings } from '../../src/config/settings.ts'
import type { Clock } from '../../src/domain.ts'
import { type ApplyRequest, apply } from '../../src/pipeline/apply.ts'
import { type BackfillRequest, backfill } from '../../src/pipeline/backfill.ts'
import { pullIndex } from '../../src/pipeline/phone-index/build.ts'
import { type ReconcileRequest, reconcile } from '../../src/pipeline/reconcile.ts'
import type { Surroundings } from '../../src/pipeline/run/surroundings.ts'
import type { Summary } from '../../src/report/summary.ts'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { FakeClock } from '../http/support/fake-clock.ts'
import { SANDBOX_NOW_MS, useSandbox } from './sandbox.ts'

export interface JourneyOptions {
  readonly sandbox?: Partial<SandboxOptions>
  /** Goes on with a sandbox that another journey started. */
  readonly on?: Sandbox
  /** The configuration file; the limits are off unless it sets them. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly clock?: Clock
  /** Lays out sandbox and folder (its `state`) before anything runs; the index is theirs then, and not pulled. */
  readonly layOut?: (sandbox: Sandbox, folder: string) => void
}

/** The whole program in this process, against a sandbox, in a state folder of its own. */
export interface Journey {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly folder: string
  /** Everything said to a person: log lines and progress lines. */
  readonly lines: string[]
  world(more?: Partial<Surroundings>): Surroundings
  backfill(request?: Partial<BackfillRequest>, more?: Partial<Surroundings>): Promise<Summary>
  apply(request: Partial<ApplyRequest> & { plan: string }, more?: Partial<Surroundings>): Promise<Summary>
  reconcile(request?: Partial<ReconcileRequest>, more?: Partial<Surroundings>): Promise<Summary>
  pullIndex(): Promise<void>
  /** Looks into the state; closed again afterwards. */
  look<T>(see: (store: Store) => T): T
}

export const DAY = 86_400
const UNLIMITED = { limits: { aircallPerMinute: 60_000, planhatPerMinute: 60_000 } }

/** Starts a sandbox (unless one is given) and pulls the index. Time is the fake clock's, so nothing is waited for. */
export async function startJourney(options: JourneyOptions = {}): Promise<Journey> {
  const clock = options.clock ?? new FakeClock(options.sandbox?.nowMs ?? SANDBOX_NOW_MS)
  const sandbox = options.on ?? (await useSandbox({ clock, ...options.sandbox }))
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-journey-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'aircall-sync.config.json'), JSON.stringify({ ...UNLIMITED, ...options.config }))
  options.layOut?.(sandbox, folder)
  const env = { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(folder, 'state') }
  const settings = loadSettings({ flags: {}, env, cwd: folder })
  const lines: string[] = []
  const world = (more: Partial<Surroundings> = {}): Surroundings => ({
    settings,
    clock,
    signal: new AbortController().signal,
    log: recordLog(lines),
    progress: { start() {}, update() {}, stop() {}, line: (line) => void lines.push(line) },
    allow: new Set(),
    ...more,
  })
  const range = () => {
    const until = Math.floor(clock.nowMs() / 1000)
    return { since: until - 61 * DAY, until }
  }
  const journey: Journey = {
    sandbox,
    clock,
    folder,
    lines,
    world,
    backfill: (request, more) =>
      backfill(world(more), { ...BACKFILL, range: range(), ...request } as BackfillRequest),
    apply: (request, more) => apply(world(more), { yes: true, ...request }),
    reconcile: (request, more) => reconcile(world(more), { ...RECONCILE, range: range(), ...request }),
    pullIndex: async () => void (await pullIndex(world())),
    look(see) {
      const store = openStore(settings.stateDir, { readOnly: true })
      try {
        return see(store)
      } finally {
        store.close()
      }
    },
  }
  if (options.layOut === undefined) await journey.pullIndex()
  return journey
}

const BACKFILL = { mode: 'dry-run', filter: {}, transcripts: true, refresh: false, overwrite: true } as const
const RECONCILE = {
  fix: false,
  prune: false,
  exitCode: false,
  overwriteEdits: false,
  restoreDeleted: false,
  transcripts: true,
  maxDeletes: 0,
}

function recordLog(lines: string[]): Surroundings['log'] {
  return {
    info: (message) => void lines.push(message),
    warn: (code, message) => void lines.push(`Warning: ${message} (${code})`),
    error: (message) => void lines.push(`Error: ${message}`),
    debug() {},
  }
}
