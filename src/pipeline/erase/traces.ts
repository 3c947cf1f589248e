import { toMatchSettings } from '../../config/defaults.ts'
import { recogniseExternalId } from '../../reconcile/recognise.ts'
import type { HeldRecord, Person } from '../../records.ts'
import { COLUMNS } from '../../review/columns.ts'
import { externalNumbers } from '../intake/conceal.ts'
import type { Session } from '../run/session.ts'
import type { Subject } from './subject.ts'

/** Everything that state and Planhat hold of one person. */
export interface Traces {
  readonly callIds: ReadonlySet<string>
  /** In E.164; only numbers that nobody else in the index bears. */
  readonly numbers: readonly string[]
  /** How many numbers of the person are other people's as well: their calls are nobody's in particular. */
  readonly sharedNumbers: number
  /** Conversations that this tool or the live automation wrote for those calls. */
  readonly records: readonly HeldRecord[]
}

/** Looks through the state and the fresh snapshot of Planhat. */
export function findTraces(session: Session, subject: Subject): Traces {
  const { own, shared } = numbersOf(session, subject)
  const callIds = new Set([...callsByNumber(session, own), ...callsByEndUser(session, subject)])
  const records = [...session.store.held.iterate()].filter((held) => {
    const known = recogniseExternalId(held.externalId, session.settings.config.conversation.externalId)
    if (known === null) return false
    if (!callIds.has(known.callId) && !isAbout(held, subject)) return false
    callIds.add(known.callId)
    return true
  })
  const found = new Set(records.map(({ _id }) => _id))
  return {
    callIds,
    numbers: own,
    sharedNumbers: shared,
    records: [...records, ...writtenElsewhere(session, callIds, found)],
  }
}

function numbersOf({ store }: Session, subject: Subject): { own: string[]; shared: number } {
  if (subject.kind === 'number') return { own: [subject.e164], shared: 0 }
  const numbers = store.index.numbersOf(subject.id)
  const own = numbers.filter((e164) =>
    store.index.holders(e164).every(({ endUser }) => endUser.id === subject.id),
  )
  return { own, shared: numbers.length - own.length }
}

function* callsByNumber({ store, settings }: Session, numbers: readonly string[]): Generator<string> {
  if (numbers.length === 0) return
  const matchSettings = toMatchSettings(settings.config)
  for (const call of store.calls.iterate(null)) {
    if (externalNumbers(call, matchSettings).some((number) => numbers.includes(number))) yield call.id
  }
}

function* callsByEndUser({ store }: Session, subject: Subject): Generator<string> {
  if (subject.kind !== 'end-user') return
  yield* store.plans.callIdsShowing(COLUMNS.indexOf('enduser_id'), subject.id)
  yield* store.decisions.callIdsOfEndUser(subject.id)
  for (const { callId, payload } of store.ledger.iterate()) {
    if (payload.contactId === subject.id || names(payload.endusers, subject)) yield callId
  }
}

/** A record that the automation wrote for a call this tool never read is the person's all the same. */
function isAbout(held: HeldRecord, subject: Subject): boolean {
  if (subject.kind === 'end-user') return held.contactId === subject.id || names(held.endusers, subject)
  const digits = `${held.subject ?? ''} ${held.description ?? ''}`.replace(/[\s().-]/g, '')
  return digits.includes(subject.e164)
}

function names(people: readonly Person[], subject: Subject & { kind: 'end-user' }): boolean {
  const email = subject.email?.toLowerCase()
  return people.some(
    (one) => one.id === subject.id || (email !== undefined && one.email?.toLowerCase() === email),
  )
}

/** Records of ours whose external id somebody changed: the ledger still knows them by Planhat's id. */
function writtenElsewhere(
  { store }: Session,
  callIds: ReadonlySet<string>,
  found: ReadonlySet<string>,
): HeldRecord[] {
  return [...callIds]
    .flatMap((id) => store.ledger.byCall(id))
    .filter(({ planhatId }) => !found.has(planhatId))
    .flatMap(({ planhatId }) => store.held.get(planhatId) ?? [])
}
