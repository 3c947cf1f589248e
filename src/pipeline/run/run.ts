import { join } from 'node:path'
import { toVisibleJson } from '../../conversation/well-formed.ts'
import type { DateRange } from '../../domain.ts'
import { SyncError } from '../../errors.ts'
import { PRIVATE, writeWhole } from '../../files/draft.ts'
import { ensurePrivateDir } from '../../files/private.ts'
import { emptySummary, type Summary } from '../../report/summary.ts'
import { openStore, type Store } from '../../store/store.ts'
import { createClientCounts } from './client-counts.ts'
import { createRunNotes } from './notes.ts'
import { type CountCalls, writeRunReport } from './report.ts'
import type { Session, SummaryDraft } from './session.ts'
import type { Surroundings } from './surroundings.ts'
import { takeLock } from './take-lock.ts'
import { nameUnread } from './unread.ts'
import { createWarnings } from './warnings.ts'

export interface RunRequest {
  readonly command: 'backfill' | 'apply' | 'reconcile' | 'undo' | 'erase'
  readonly mode: Summary['run']['mode']
  readonly range: DateRange | null
  /** What was asked for, to be shown by `runs`; never a secret. */
  readonly request: Readonly<Record<string, unknown>>
  readonly countCalls?: CountCalls
  /** Runs after the summary is complete, whether the work ended well or not. */
  readonly onEnd?: (session: Session) => void
}

/**
 * Runs `work` under the profile's lock and always leaves a finished run and its `summary.json`, also when it fails.
 * @throws LockedError when another run holds the lock; otherwise whatever `work` throws.
 */
export async function withRun(
  world: Surroundings,
  asked: RunRequest,
  work: (session: Session) => Promise<void>,
): Promise<Summary> {
  const store = openStore(world.settings.stateDir)
  try {
    const lock = await takeLock(world, asked.command)
    try {
      return await runOnce(world, store, asked, work)
    } finally {
      lock.release()
    }
  } finally {
    store.close()
  }
}

async function runOnce(
  world: Surroundings,
  store: Store,
  asked: RunRequest,
  work: (session: Session) => Promise<void>,
): Promise<Summary> {
  const session = startSession(world, store, asked)
  const {
    book: { summary },
  } = session
  try {
    await work(session)
    // A signal that came when the work was all but done: the process ends with its code, so the summary says so too.
    if (world.signal.aborted) summary.run.exitCode = exitCodeOf(null, world.signal)
    return summary
  } catch (error) {
    summary.run.exitCode = exitCodeOf(error, world.signal)
    if (error instanceof SyncError) summary.error = { code: error.code, message: error.message }
    throw error
  } finally {
    world.progress.stop()
    summary.run.endedAt = isoOf(world.clock.nowMs())
    countRequests(session)
    nameUnread(session)
    session.book.warnings.close()
    await writeRunReport(session, asked.countCalls)
    finishSession(session)
    asked.onEnd?.(session)
  }
}

function startSession(world: Surroundings, store: Store, asked: RunRequest): Session {
  const nowMs = world.clock.nowMs()
  const run = store.runs.start({
    command: asked.command,
    mode: asked.mode,
    since: asked.range?.since ?? null,
    until: asked.range?.until ?? null,
    request: asked.request,
    nowMs,
  })
  const runDir = store.runs.dir(run.id)
  ensurePrivateDir(runDir)
  const summary = draftSummary({
    id: run.id,
    command: asked.command,
    mode: asked.mode,
    startedAt: isoOf(nowMs),
    since: asked.range === null ? '' : isoOf(asked.range.since * 1000),
    until: asked.range === null ? '' : isoOf(asked.range.until * 1000),
  })
  summary.files.summary = join(runDir, 'summary.json')
  const warnings = createWarnings(world.log, summary.warnings)
  return {
    ...world,
    store,
    clients: createClientCounts(),
    book: {
      run,
      runDir,
      facts: {
        matchedByEndUser: new Map(),
        sources: [],
        scannedAtMs: null,
        transcriptsDenied: false,
        insightsDenied: new Set(),
        contactsKept: 0,
      },
      notes: createRunNotes({ timezone: world.settings.config.timezone }),
      warnings,
      unread: [],
      summary,
    },
    warn: (code, message) => warnings.add({ code, message }),
  }
}

function draftSummary(run: Partial<Summary['run']>): SummaryDraft {
  return structuredClone(emptySummary(run)) as SummaryDraft
}

function finishSession({ clock, store, book: { run, summary } }: Session): void {
  const nowMs = clock.nowMs()
  writeWhole(summary.files.summary, `${toVisibleJson(JSON.stringify(summary, null, 2))}\n`, PRIVATE)
  store.runs.finish(run.id, { exitCode: summary.run.exitCode, summary, nowMs })
}

export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** The exit code of docs/contract.md section 3 for whatever ended a run. */
export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return String(signal.reason).includes('SIGTERM') ? 143 : 130
  return error instanceof SyncError ? error.exitCode : 1
}

/** What every client of the run has sent, whatever ended it. */
function countRequests({ clients, book: { summary } }: Session): void {
  clients.addTo(summary.requests.aircall, 'aircall')
  clients.addTo(summary.requests.planhat, 'planhat')
}
