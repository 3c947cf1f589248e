import type { Call, Match } from '../../domain.ts'
import type { OpenCall } from '../../inbox/schedule.ts'
import { externalIdsOf, looksLikeOurs } from '../../reconcile/recognise.ts'
import type { RemoteRecord } from '../../records.ts'
import { isWritable } from '../planning/desired.ts'
import { enforceSources } from '../planning/guards.ts'
import { scanCost, scanPlanhat } from '../planning/planhat-snapshot.ts'
import { settleIntents } from '../planning/settle-intents.ts'
import type { PlanhatConnection } from '../run/connect.ts'
import type { Session } from '../run/session.ts'

/** A call in hand, as Aircall has it now, and whose it is. */
export interface Looked {
  readonly taken: OpenCall
  readonly call: Call
  readonly match: Match
}

type Reader = PlanhatConnection['reader']

/** Ids of companies that one list request names (docs/reference/planhat-api.md section 3: 2,000 characters of URL). */
const COMPANIES_A_LIST = 50
/**
 * A row of a slim list that is dated further off is no record of the call,
 * unless a person moved it: those are known by id.
 */
const NEAR_MS = 86_400_000

/**
 * Takes into the snapshot what Planhat has of these calls: a scan of all Conversations where
 * that is the cheapest, as for a few thousand of them or for many calls; else the lists of
 * the calls' companies (a documented filter), the records we wrote, by Planhat's id, and new
 * ones by external id, as the automation may have put them under another company.
 */
export async function lookAtPlanhat(
  session: Session,
  reader: Reader,
  looked: readonly Looked[],
): Promise<void> {
  const { store, book } = session
  const writable = looked.filter(({ match }) => isWritable(match))
  if (writable.length === 0) return
  const companyIds = new Set(writable.flatMap(({ match }) => (isWritable(match) ? [match.companyId] : [])))
  const unknown = writable.filter(({ call }) => store.ledger.byCall(call.id).length === 0)
  const cost = Math.ceil(companyIds.size / COMPANIES_A_LIST) + unknown.length
  if ((scanCost(session) ?? 0) <= cost) {
    const returned = await scanPlanhat(session, reader)
    book.facts.sources.push({ name: 'Planhat', returned, before: store.ledger.count() })
    enforceSources(session)
  } else {
    await lookUp(session, reader, { writable, companyIds: [...companyIds] })
  }
  for (const id of companyIds) book.facts.looked.add(id)
}

interface Search {
  readonly writable: readonly Looked[]
  readonly companyIds: readonly string[]
}

async function lookUp(session: Session, reader: Reader, { writable, companyIds }: Search): Promise<void> {
  const { store, settings, clock, signal } = session
  const doomed = store.erasures.doomed()
  const keep = (records: readonly RemoteRecord[]) =>
    store.snapshot.add(records.filter(({ _id }) => !doomed.has(_id)))
  store.snapshot.begin(clock.nowMs())
  const isNear = nearTo(writable)
  const ids = new Set(writable.map(({ call }) => call.id))
  // Only what is looked at can be missed: a copy that a killed run meant to delete hangs on any company.
  const sent = store.intents.all().filter(({ callId }) => ids.has(callId))
  const wanted = (row: RemoteRecord) => isNear(row) && looksLikeOurs(row, settings.config.conversation)
  for await (const rows of reader.conversations({ companyIds, wanted, signal })) keep(rows)
  for (const { call } of writable) {
    signal.throwIfAborted()
    const entries = store.ledger.byCall(call.id)
    const open = sent.flatMap(({ callId, planhatId }) => (callId === call.id ? (planhatId ?? []) : []))
    for (const planhatId of new Set([...entries.map((entry) => entry.planhatId), ...open])) {
      const known = store.snapshot.get(planhatId) ?? (await reader.conversation({ id: planhatId }, signal))
      if (known !== null) keep([known])
    }
    keep(await lookElsewhere(session, reader, call.id))
  }
  settleIntents(session, ({ callId }) => ids.has(callId))
}

/**
 * Records of the automation's that hang on a company the call is not of: the call's where none of it is known, and
 * the transcript's, which comes later than the call's, where one is to be written.
 */
async function lookElsewhere(
  { store, settings, signal }: Session,
  reader: Reader,
  callId: string,
): Promise<readonly RemoteRecord[]> {
  const { externalId, records } = settings.config.conversation
  const found: RemoteRecord[] = []
  const look = async (template: string) => {
    const key = template.replaceAll('{callId}', () => callId)
    const remote = await reader.conversation({ externalId: key }, signal)
    if (remote?.externalId === key) found.push(remote)
  }
  const isHere = (id: string) => store.snapshot.byExternalId(id).length > 0
  const entries = store.ledger.byCall(callId)
  const isKnown = entries.length > 0 || externalIdsOf(callId, externalId).some(isHere)
  if (!isKnown) await look(externalId.call)
  const isWanted = records === 'split' && store.transcripts.status(callId).state === 'ready'
  const isWritten = entries.some(({ record }) => record === 'transcript')
  const isThere = isHere(externalId.transcript.replaceAll('{callId}', () => callId))
  if (isWanted && !isWritten && !isThere && (isKnown || found.length > 0)) await look(externalId.transcript)
  return found
}

function nearTo(looked: readonly Looked[]): (row: RemoteRecord) => boolean {
  const fromMs = Math.min(...looked.map(({ call }) => call.startedAt * 1000)) - NEAR_MS
  const toMs = Math.max(...looked.map(({ call }) => (call.endedAt ?? call.startedAt) * 1000)) + NEAR_MS
  return ({ date, externalId }) => {
    const atMs = date === undefined ? Number.NaN : Date.parse(date)
    return externalId !== undefined || Number.isNaN(atMs) || (atMs >= fromMs && atMs <= toMs)
  }
}
