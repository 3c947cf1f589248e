import { join } from 'node:path'
import { toVisibleJson } from '../../conversation/well-formed.ts'
import type { DateRange } from '../../domain.ts'
import { PRIVATE, writeWhole } from '../../files/draft.ts'
import { ensurePrivateDir } from '../../files/private.ts'
import { emptySummary, NO_INSIGHT_COUNTS, type Summary } from '../../report/summary.ts'
import { FailureList } from '../../review/failures.ts'
import type { Run } from '../../store/runs.ts'
import type { Store } from '../../store/store.ts'
import { createClientCounts } from './client-counts.ts'
import { createRunNotes } from './notes.ts'
import type { CountCalls } from './report.ts'
import type { Session, SummaryDraft } from './session.ts'
import type { Surroundings } from './surroundings.ts'
import { createWarnings, type Warnings } from './warnings.ts'

export interface RunRequest {
  readonly command: 'backfill' | 'apply' | 'reconcile' | 'undo' | 'erase' | 'listen'
  readonly mode: Summary['run']['mode']
  readonly range: DateRange | null
  /** What was asked for, to be shown by `runs`; never a secret. */
  readonly request: Readonly<Record<string, unknown>>
  readonly countCalls?: CountCalls
  /** Runs after the summary is complete, whether the work ended well or not. */
  readonly onEnd?: (session: Session) => void
}

/** Begins a run: its row, its folder, its empty summary. */
export function startSession(world: Surroundings, store: Store, asked: RunRequest): Session {
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
  for (const kind of world.settings.config.conversation.content.insights)
    summary.insights[kind] = { ...NO_INSIGHT_COUNTS }
  return sessionOf(world, store, { run, summary, warnings: createWarnings(world.log, summary.warnings) })
}

/** What a run keeps of itself between two sessions of it. */
export interface RunRecord {
  readonly run: Run
  readonly summary: SummaryDraft
  readonly warnings: Warnings
}

/** A session of a run that has begun, now or earlier. */
export function sessionOf(world: Surroundings, store: Store, { run, summary, warnings }: RunRecord): Session {
  return {
    ...world,
    store,
    clients: createClientCounts(),
    book: {
      run,
      runDir: store.runs.dir(run.id),
      facts: {
        matchedByEndUser: new Map(),
        sources: [],
        scannedAtMs: null,
        transcriptsDenied: false,
        insightsDenied: new Set(),
        isVerified: false,
        looked: new Set(),
        contactsKept: 0,
      },
      notes: createRunNotes({ timezone: world.settings.config.timezone }),
      warnings,
      failures: new FailureList(),
      summary,
    },
    warn: (code, message) => warnings.add({ code, message }),
  }
}

function draftSummary(run: Partial<Summary['run']>): SummaryDraft {
  return structuredClone(emptySummary(run)) as SummaryDraft
}

/** Writes the summary as it is now, into the run's folder and into the state. */
export function finishSession({ clock, store, book: { run, summary } }: Session): void {
  const nowMs = clock.nowMs()
  writeWhole(summary.files.summary, `${toVisibleJson(JSON.stringify(summary, null, 2))}\n`, PRIVATE)
  store.runs.finish(run.id, { exitCode: summary.run.exitCode, summary, nowMs })
}

/** What every client of the run has sent, whatever ended it. */
export function countRequests({ clients, book: { summary } }: Session): void {
  clients.addTo(summary.requests.aircall, 'aircall')
  clients.addTo(summary.requests.planhat, 'planhat')
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
