import type { RecordKey } from '../../store/declined.ts'
import type { Session } from '../run/session.ts'
import type { ReviewWord } from './judge-plan.ts'

/**
 * Remembers what a reviewer decided, for every later plan. `isTaken`: whether an approved row is among those of this run. What
 * was declined after the plan in hand stays so: a file from before says nothing of it.
 */
export function rememberWords(
  { store, clock, book: { run } }: Session,
  words: readonly ReviewWord[],
  isTaken: (rowDigest: string) => boolean,
): void {
  const atMs = clock.nowMs()
  const plannedAt = plannedAtOf(store, words)
  const wordOf = (runId: string) => ({ runId: run.id, atMs, plannedAtMs: plannedAt.get(runId) ?? 0 })
  const declines = words.filter(({ kind }) => kind === 'declines')
  const declined = new Set(declines.filter(({ record }) => record === 'call').map(({ callId }) => callId))
  store.transaction(() => {
    for (const { runId, ...row } of declines) store.declined.skip(row, wordOf(runId))
    for (const { kind, runId, rowDigest, ...row } of words) {
      if (kind === 'declines' || !isTaken(rowDigest)) continue
      const { plannedAtMs } = wordOf(runId)
      if (isOpen(store, row, { kind, plannedAtMs, declined })) store.declined.lift(row, wordOf(runId))
    }
  })
}

/** A transcript may be wanted without its call, where the reviewer who kept the call out saw both. */
function isOpen(
  { declined }: Session['store'],
  row: RecordKey,
  file: {
    readonly kind: ReviewWord['kind']
    readonly plannedAtMs: number
    readonly declined: ReadonlySet<string>
  },
): boolean {
  if (!declined.covers(row, { written: false })) return false
  if (declined.has(row)) return file.kind === 'lifts'
  if (file.declined.has(row.callId)) return true
  return !declined.hasSince({ ...row, record: 'call' }, file.plannedAtMs)
}

function plannedAtOf({ runs }: Session['store'], words: readonly ReviewWord[]): ReadonlyMap<string, number> {
  const ids = new Set(words.map(({ runId }) => runId))
  return new Map([...ids].map((id) => [id, runs.get(id)?.startedAtMs ?? 0]))
}
