import type { RecordKey, Word } from '../../store/declined.ts'
import type { Session } from '../run/session.ts'
import type { Judged, ReviewWord } from './judge-plan.ts'

/**
 * Remembers, for every later plan, what a reviewer does not want, and what was said of numbers.
 * What was wanted after the plan in hand was made stays so: a file from before says nothing of it.
 */
export function rememberDeclined(
  session: Session,
  { words, numberWords }: Pick<Judged, 'words' | 'numberWords'>,
): void {
  const { store, clock, book } = session
  const wordOf = speakFrom(session, words)
  store.transaction(() => {
    for (const { kind, runId, ...row } of words)
      if (kind === 'declines') store.declined.skip(row, wordOf(runId))
    for (const { number, word } of numberWords)
      store.numberWords.put(number, { ...word, runId: book.run.id, atMs: clock.nowMs() })
  })
}

/**
 * Remembers that approved rows are wanted after all; `isTaken`: those that are
 * written now. What was declined after the plan in hand was made stays so.
 */
export function rememberLifted(
  session: Session,
  words: readonly ReviewWord[],
  isTaken: (rowDigest: string) => boolean,
): void {
  const { store } = session
  const wordOf = speakFrom(session, words)
  const declined = new Set(
    words.filter(({ kind, record }) => kind === 'declines' && record === 'call').map(({ callId }) => callId),
  )
  store.transaction(() => {
    for (const { kind, runId, rowDigest, ...row } of words) {
      if (kind === 'declines' || !isTaken(rowDigest)) continue
      const word = wordOf(runId)
      if (isOpen(store, row, { kind, plannedAtMs: word.plannedAtMs, declined }))
        store.declined.lift(row, word)
    }
  })
}

function speakFrom(
  { store, clock, book: { run } }: Session,
  words: readonly ReviewWord[],
): (runId: string) => Word {
  const plannedAt = plannedAtOf(store, words)
  const atMs = clock.nowMs()
  return (runId) => ({ runId: run.id, atMs, plannedAtMs: plannedAt.get(runId) ?? 0 })
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
