import { join } from 'node:path'
import { UsageError } from '../../errors.ts'
import { identifyNumber, spellingsOf } from '../../match/identity.ts'
import { maskNumber } from '../../report/live/mask.ts'
import { readSummary, type Summary } from '../../report/summary.ts'
import type { ErasureWork } from '../../store/erasures.ts'
import { confirmDeletes } from '../planning/guards.ts'
import { scanPlanhat } from '../planning/planhat-snapshot.ts'
import { connectPlanhat } from '../run/connect.ts'
import { withRun } from '../run/run.ts'
import type { Session } from '../run/session.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { announce, type Erased } from './announce.ts'
import { findMentions, mentions } from './run-files.ts'
import { readSubject, type Subject, wordsOf } from './subject.ts'
import { findTraces, isOf, type Traces } from './traces.ts'
import { finishErasures, workOff } from './work-off.ts'

export interface EraseRequest {
  /** A number in any spelling, or the e-mail, the name or the id of an End User. */
  readonly person: string
  readonly maxDeletes: number
  readonly yes: boolean
}

/**
 * Removes one person's calls from state, runs, reports and Planhat, and leaves keyed hashes so that no later run brings
 * them back. What is removed is shown first. What is interrupted or refused is finished by every later run.
 * @throws UsageError ERASE_SUBJECT, ERASE_SEVERAL, NEEDS_YES; RefusedError GUARD_MAX_DELETES, NOT_CONFIRMED: nothing is
 * removed then. RetryableError where something could not be done yet.
 */
export async function erase(
  world: Surroundings,
  request: EraseRequest,
): Promise<Summary & { erased: Erased }> {
  let erased: Erased | null = null
  const { person, ...shown } = request
  const summary = await withRun(
    world,
    { command: 'erase', mode: 'apply', range: null, request: shown },
    async (session) => {
      const planhat = connectPlanhat(session)
      await finishErasures(session, planhat)
      const subject = readSubject(session, person)
      await scanPlanhat(session, planhat.reader)
      const traces = findTraces(session, subject)
      erased = await describe(session, subject, traces)
      announce(session, erased)
      await confirmDeletes(session, traces.records.length, request)
      const left = await workOff(session, planhat, hide(session, subject, traces, erased.files))
      // Planhat may let them go tomorrow: every later run tries again, and whoever asked is told that it is not over.
      if (left.length > 0) session.book.summary.run.exitCode = 5
    },
  )
  if (erased === null) throw new UsageError('ERASE_SUBJECT', 'Nobody was named.')
  return { ...summary, erased }
}

async function describe(session: Session, subject: Subject, traces: Traces): Promise<Erased> {
  const { store } = session
  const runsDir = join(store.dir, 'runs')
  const files = await findMentions(runsDir, { ...traces, words: wordsOf(subject) })
  return {
    person: nameOf(subject),
    calls: [...traces.callIds].filter((id) => store.calls.get(id) !== null).length,
    transcripts: [...traces.callIds].filter((id) => store.transcripts.get(id) !== null).length,
    planhatRecords: traces.records.length,
    numbers: subject.kind === 'number' ? [maskNumber(subject.number)] : maskedNumbers(session, subject.id),
    sharedNumbers: traces.sharedNumbers,
    holders: subject.kind === 'number' ? subject.holders : [],
    files,
    elsewhere: reviewsOutside(session, runsDir),
  }
}

function nameOf(subject: Subject): string {
  if (subject.kind === 'number') return maskNumber(subject.number)
  const { id, name, email, companyName } = subject
  const called = name ?? email
  const company = companyName === null ? '' : ` of ${companyName}`
  if (id === null) return `${email}`
  return called === null ? `End User ${id}` : `${called}${company} (End User ${id})`
}

function maskedNumbers({ store }: Session, endUserId: string | null): string[] {
  if (endUserId === null) return []
  return store.index.phoneTextsOf(endUserId).map(({ text }) => maskNumber(text))
}

function reviewsOutside({ store }: Session, runsDir: string): string[] {
  const paths = store.runs.list(Number.MAX_SAFE_INTEGER).flatMap(({ summary }) => {
    const files = readSummary(summary)?.files
    return [files?.review ?? '', files?.drift ?? '']
  })
  return [...new Set(paths)].filter((path) => path !== '' && !path.startsWith(runsDir)).sort()
}

/**
 * Takes the person out of the state and notes what is left to do elsewhere, all in one transaction: whatever happens
 * afterwards, nothing can bring the person back, and nothing of the rest is forgotten.
 */
function hide(session: Session, subject: Subject, traces: Traces, files: readonly string[]) {
  const { store, clock } = session
  const nowMs = clock.nowMs()
  const work: ErasureWork = {
    callIds: [...traces.callIds],
    records: traces.records.map(({ _id, companyId }) => ({ planhatId: _id, companyId: companyId ?? null })),
    files: [...files],
  }
  return store.transaction(() => {
    const id = store.erasures.begin(work, nowMs)
    if (subject.kind === 'person' && subject.id !== null) store.erased.add('end-user', subject.id, nowMs)
    for (const number of traces.numbers) store.erased.add('number', number, nowMs)
    for (const callId of traces.callIds) store.erased.add('call', callId, nowMs)
    removeLocally(session, subject, traces)
    return { id, startedAtMs: nowMs, work }
  })
}

/**
 * The snapshot of Planhat goes whole: it names people also where nothing of
 * ours is, and the next run takes a new one.
 */
function removeLocally({ store, settings }: Session, subject: Subject, { callIds, numbers }: Traces): void {
  store.calls.remove([...callIds])
  for (const word of wordsOf(subject)) store.plans.removeShowing(word)
  if (subject.kind === 'person') removeFromJournal(store, subject)
  if (subject.kind === 'person' && subject.id !== null) {
    store.index.removeEndUser(subject.id)
    store.numberWords.forgetEndUser(subject.id)
  }
  for (const spelling of numbers.flatMap(spellingsOf)) store.numberWords.forget(spelling)
  const wanted = new Set(numbers)
  const { defaultCountry } = settings.config
  store.index.removeNumber(numbers, (text, country) =>
    identifyNumber(text, country ?? defaultCountry).written.some((number) => wanted.has(number)),
  )
  store.snapshot.clear()
  scrubSummaries(store, { words: [...wordsOf(subject), ...numbers], callIds })
}

/** A call that is somebody else's now, as its number is, was written under the person once. */
function removeFromJournal({ runs, intents }: Session['store'], subject: Subject & { kind: 'person' }): void {
  runs.removeWritesAbout((record) => isOf(record, subject))
  for (const intent of intents.all())
    if ([intent.before, intent.payload].some((one) => one !== null && isOf(one, subject)))
      intents.settle(intent)
}

const NOBODY = { numbers: [], words: [] } as const

/** A warning may name an End User, a number or a call; the counts of a run name nobody. */
function scrubSummaries(
  { runs }: Session['store'],
  { words, callIds }: { readonly words: readonly string[]; readonly callIds: ReadonlySet<string> },
): void {
  for (const { id, exitCode, endedAtMs, summary } of runs.list(Number.MAX_SAFE_INTEGER)) {
    const text = JSON.stringify(summary)
    const isNamed = words.some((word) => text.includes(word)) || mentions(text, { ...NOBODY, callIds })
    if (endedAtMs === null || !isNamed) continue
    const { error: _, ...rest } = summary as Summary
    runs.finish(id, { exitCode: exitCode ?? 0, summary: { ...rest, warnings: [] }, nowMs: endedAtMs })
  }
}
