import { callCountry } from '../../match/external-number.ts'
import { identifyNumber } from '../../match/identity.ts'
import { recogniseExternalId } from '../../reconcile/recognise.ts'
import type { Payload, Person, RemoteRecord } from '../../records.ts'
import { COLUMNS } from '../../review/columns.ts'
import { writtenNumbers } from '../intake/conceal.ts'
import type { Session } from '../run/session.ts'
import type { Subject } from './subject.ts'

/** Everything that state and Planhat hold of one person. */
export interface Traces {
  readonly callIds: ReadonlySet<string>
  /** Every spelling of the person's numbers that nobody else in the index has. */
  readonly numbers: readonly string[]
  /** How many numbers of the person are other people's as well: their calls are nobody's in particular. */
  readonly sharedNumbers: number
  /** Conversations that this tool or the live automation wrote for those calls. */
  readonly records: readonly RemoteRecord[]
}

/** Looks through the state and the fresh snapshot of Planhat. */
export function findTraces(session: Session, subject: Subject): Traces {
  const { own, shared } = numbersOf(session, subject)
  const callIds = new Set([...callsByNumber(session, own), ...callsByPerson(session, subject)])
  const records = recordsOf(session, subject, callIds)
  const found = new Set(records.map(({ _id }) => _id))
  return {
    callIds,
    numbers: own,
    sharedNumbers: shared,
    records: [...records, ...writtenElsewhere(session, callIds, found)],
  }
}

/**
 * The Conversations about the person and their calls; adds to `callIds` what it meets. Twice:
 * one record of a call may be known by the other one alone, which may stand behind it.
 */
function recordsOf(session: Session, subject: Subject, callIds: Set<string>): RemoteRecord[] {
  const { externalId } = session.settings.config.conversation
  const callOf = (remote: RemoteRecord) => recogniseExternalId(remote.externalId, externalId)?.callId ?? null
  for (const remote of session.store.snapshot.iterate()) {
    const callId = callOf(remote)
    if (callId !== null && isAbout(remote, subject)) callIds.add(callId)
  }
  return [...session.store.snapshot.iterate()].filter((remote) => callIds.has(callOf(remote) ?? ''))
}

function numbersOf({ store }: Session, subject: Subject): { own: string[]; shared: number } {
  if (subject.kind === 'number') return { own: [...subject.spellings], shared: 0 }
  if (subject.id === null) return { own: [], shared: 0 }
  const { id } = subject
  const texts = store.index.phoneTextsOf(id)
  const identities = texts.map(({ text, country }) => identifyNumber(text, country))
  const own = identities.filter(({ spellings }) =>
    spellings.every((number) => store.index.holders(number).every(({ endUser }) => endUser.id === id)),
  )
  return {
    own: [...new Set(own.flatMap(({ spellings }) => spellings))],
    shared: identities.length - own.length,
  }
}

function* callsByNumber({ store, settings }: Session, numbers: readonly string[]): Generator<string> {
  if (numbers.length === 0) return
  const wanted = new Set(numbers)
  for (const call of store.calls.iterate(null)) {
    const country = callCountry(call, settings.config)
    if (writtenNumbers(call, country).some((number) => wanted.has(number))) yield call.id
  }
}

function* callsByPerson({ store }: Session, subject: Subject): Generator<string> {
  if (subject.kind !== 'person') return
  if (subject.id !== null) {
    yield* store.plans.callIdsShowing(COLUMNS.indexOf('enduser_id'), subject.id)
    yield* store.decisions.callIdsOfEndUser(subject.id)
  }
  for (const { callId, payload } of store.ledger.iterate()) if (isOf(payload, subject)) yield callId
}

/** Whether a record hangs on the person, or names them among its people. */
export function isOf(record: Payload | RemoteRecord, subject: Subject & { kind: 'person' }): boolean {
  return (subject.id !== null && record.contactId === subject.id) || names(record.endusers, subject)
}

/** A record that the automation wrote for a call this tool never read is the person's all the same. */
function isAbout(remote: RemoteRecord, subject: Subject): boolean {
  if (subject.kind === 'person') return isOf(remote, subject)
  const digits = `${remote.subject ?? ''} ${remote.description ?? ''}`.replace(/[\s().-]/g, '')
  return subject.spellings.some((number) => number.startsWith('+') && digits.includes(number))
}

function names(people: readonly Person[], subject: Subject & { kind: 'person' }): boolean {
  const email = subject.email?.toLowerCase()
  return people.some(
    (one) =>
      (subject.id !== null && one.id === subject.id) ||
      (email !== undefined && one.email?.toLowerCase() === email),
  )
}

/** Records of ours whose external id somebody changed: the ledger still knows them by Planhat's id. */
function writtenElsewhere(
  { store }: Session,
  callIds: ReadonlySet<string>,
  found: ReadonlySet<string>,
): RemoteRecord[] {
  return [...callIds]
    .flatMap((id) => store.ledger.byCall(id))
    .filter(({ planhatId }) => !found.has(planhatId))
    .flatMap(({ planhatId }) => store.snapshot.get(planhatId) ?? [])
}
