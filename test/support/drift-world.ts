import type { ReconcileRequest } from '../../src/pipeline/reconcile.ts'
import { DRIFT_CLASSES, type DriftClass } from '../../src/records.ts'
import type { RawConversation } from '../../src/sandbox/planhat/types.ts'
import { FakeClock } from '../http/support/fake-clock.ts'
import { DAY, type Journey, type JourneyOptions, startJourney } from './journey.ts'
import { SANDBOX_NOW_MS } from './sandbox.ts'

/** A week that was written whole, a day ago: every record in sync, every transcript there. */
export async function startSyncedWeek(
  options: JourneyOptions = {},
): Promise<Journey & { clock: FakeClock; week(): { since: number; until: number } }> {
  const clock = new FakeClock(options.sandbox?.nowMs ?? SANDBOX_NOW_MS)
  const sandbox = { calls: 150, endUsers: 60, days: 4, ...options.sandbox }
  const journey = await startJourney({ ...options, sandbox, clock })
  journey.sandbox.aircall.ripen()
  const week = () => {
    const until = Math.floor(clock.nowMs() / 1000)
    return { since: until - 7 * DAY, until }
  }
  const reconcile = (request?: Partial<ReconcileRequest>, more?: Parameters<Journey['reconcile']>[1]) =>
    journey.reconcile({ range: week(), ...request }, more)
  await reconcile({ fix: true })
  // The calls of the last minutes have matured, and the index is due again.
  clock.jump(25 * 3_600_000)
  await reconcile({ fix: true })
  return { ...journey, reconcile, clock, week }
}

export type Week = Awaited<ReturnType<typeof startSyncedWeek>>

/** The records that Planhat holds of each call that has both of them, in the order of the calls. */
export function writtenPairs({
  sandbox,
}: Week): { id: number; call: RawConversation; text: RawConversation }[] {
  return [...sandbox.aircall.calls()].flatMap(({ id }) => {
    const [call] = sandbox.planhat.conversations.byExternalId(`${id}-cold call`)
    const [text] = sandbox.planhat.conversations.byExternalId(`${id}-transcript`)
    return call !== undefined && text !== undefined ? [{ id, call, text }] : []
  })
}

/** Changes a Conversation behind everybody's back. */
export function meddle({ sandbox }: Week, remote: RawConversation, change: Partial<RawConversation>): void {
  sandbox.planhat.conversations.set(remote._id, { ...remote, ...change })
}

/** Puts a Conversation there as another system, a person or the automation would have. */
export function plant(
  { sandbox }: Week,
  model: RawConversation,
  change: Partial<RawConversation>,
): RawConversation {
  const remote = { ...model, _id: sandbox.planhat.newId(), ...change }
  sandbox.planhat.conversations.set(remote._id, remote)
  return remote
}

/** An End User nobody else shares a number with, who has calls, and another company. */
export function loneCaller(
  week: Week,
  skip: ReadonlySet<string> = new Set(),
): { endUserId: string; records: RawConversation[]; otherCompanyId: string } {
  const { planhat, world } = week.sandbox
  const conversations = [...planhat.conversations.values()]
  for (const { truth } of world.callers.known) {
    const { endUserId, companyId } = truth
    if (truth.bucket !== 'matched' || endUserId === undefined || skip.has(endUserId)) continue
    const records = conversations.filter((one) => one.contactId === endUserId)
    const alone = records.every((one) => one.endusers.length === 1)
    const other = [...planhat.companies.keys()].find((id) => id !== companyId)
    if (records.length > 0 && alone && other !== undefined)
      return { endUserId, records, otherCompanyId: other }
  }
  throw new Error('the world has no such caller')
}

/** Drift counts with the zeros left out, to be read at a glance. */
export function differences(drift: Readonly<Record<DriftClass, number>> | undefined) {
  const found = DRIFT_CLASSES.filter((name) => name !== 'in-sync' && (drift?.[name] ?? 0) > 0)
  return Object.fromEntries(found.map((name) => [name, drift?.[name]]))
}
