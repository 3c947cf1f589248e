import type { ConversationSettings } from '../content-settings.ts'
import { externalIdOf } from '../conversation/payload.ts'
import type { Call, Match } from '../domain.ts'
import { instantOf } from '../plan/diff.ts'
import { areAmong } from '../plan/people.ts'
import type { DesiredRecord, RemoteRecord } from '../records.ts'
import { type DriftRow, driftRow } from './drift-row.ts'
import { recogniseExternalId } from './recognise.ts'

// docs/contract.md section 8.
const NEAR_MS = 120_000
// Written words are no second record of a spoken call, however near in time.
const WRITTEN_TYPES: ReadonlySet<string> = new Set(['email', 'chat', 'ticket'])

interface ForeignInput {
  readonly call: Call
  readonly match: Match
  readonly desired: readonly DesiredRecord[]
  /** What has an external id of this call, ours or the automation's. */
  readonly remote: readonly RemoteRecord[]
  readonly near: readonly RemoteRecord[]
  readonly settings: ConversationSettings
}

/** Another system's record of this call: the same company and person or number, at the same time. */
export function classifyForeign(o: ForeignInput): DriftRow[] {
  const [first] = o.desired
  if (first === undefined) return []
  const near = o.near
    .filter((one) => one.companyId === first.payload.companyId)
    .filter((one) => recogniseExternalId(one.externalId, o.settings.externalId) === null)
    .filter((one) => !WRITTEN_TYPES.has(one.type?.toLowerCase() ?? ''))
    .filter((one) => isNear(one, o.call) && (hasSamePerson(one, first) || hasNumber(one, o.match.number)))
    .map((one) =>
      driftRow({
        class: 'foreign',
        callId: o.call.id,
        record: 'call',
        externalId: one.externalId ?? '',
        planhatId: one._id,
      }),
    )
  return [...near, ...classifyOtherIds(o, first)]
}

/**
 * The call under an id that we do not use: with other ids in the configuration, or one record a call, the automation
 * (or a run of before) has its own beside ours. Its date may be of 1970 (docs/reference/automation.md C3): the id says
 * enough.
 */
function classifyOtherIds({ call, remote, settings }: ForeignInput, { payload }: DesiredRecord): DriftRow[] {
  const own = new Set([externalIdOf(call.id, 'call', settings)])
  if (settings.records === 'split') own.add(externalIdOf(call.id, 'transcript', settings))
  return remote
    .filter((one) => one.companyId === payload.companyId)
    .flatMap((one) => {
      const kind = recogniseExternalId(one.externalId, settings.externalId)?.kind
      const externalId = one.externalId ?? ''
      if (kind === undefined || kind === 'placeholder' || own.has(externalId)) return []
      return [driftRow({ class: 'foreign', callId: call.id, record: kind, externalId, planhatId: one._id })]
    })
}

/** Systems date a call by its start or by its end. */
function isNear(remote: RemoteRecord, call: Call): boolean {
  const instant = instantOf(remote.date)
  if (instant === null) return false
  return [call.startedAt, call.endedAt].some(
    (time) => time !== null && Math.abs(instant - time * 1000) <= NEAR_MS,
  )
}

function hasSamePerson(remote: RemoteRecord, { payload }: DesiredRecord): boolean {
  if (remote.contactId !== undefined && remote.contactId === payload.contactId) return true
  return remote.endusers.some((one) => areAmong([one], payload.endusers))
}

/** The number in any spelling: compared by its last nine digits, the national part of nearly every plan. */
function hasNumber(remote: RemoteRecord, number: string | null): boolean {
  const digits = (number ?? '').replace(/\D/gu, '')
  if (digits.length < 7) return false
  const runs =
    `${remote.subject ?? ''} \n${remote.description ?? ''}`.match(/\d(?:[ ().\-/]{0,3}\d){6,20}/gu) ?? []
  const tail = digits.slice(-9)
  return runs.some((run) => run.replace(/\D/gu, '').includes(tail))
}
