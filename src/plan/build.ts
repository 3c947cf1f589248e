import type { Content } from '../content.ts'
import type { ConversationSettings } from '../content-settings.ts'
import type {
  Action,
  DesiredRecord,
  DriftClass,
  FieldChange,
  LedgerEntry,
  Payload,
  RecordKind,
  RemoteRecord,
} from '../records.ts'
import { type Comparison, compareRecord } from './compare.ts'
import { digestRemote } from './remote-digest.ts'

/** What would be done with one record, and why. */
export interface PlannedRow {
  readonly callId: string
  readonly record: RecordKind
  readonly externalId: string
  readonly action: Action
  /** The whole desired payload, whatever the action. */
  readonly payload: Payload
  readonly planhatId: string | null
  /** Of the remote record as the plan saw it; null when there is none. */
  readonly remoteDigest: string | null
  readonly changes: FieldChange[]
  /** Fields a person changed; moved into `changes` by `overwriteEdits`. */
  readonly edited: FieldChange[]
  readonly drift: DriftClass
  readonly companyMoved: boolean
  /** A person does not want it written: skipped in a review, or taken back. `drift` says what it would be otherwise. */
  readonly declined: boolean
  /** A contact who is not of the call any more stays: Planhat does not clear it. */
  readonly contactKept?: boolean
  /** Further records with the same external id. */
  readonly extras: RemoteRecord[]
}

export interface PlanInput {
  readonly desired: DesiredRecord
  /** Everything Planhat holds under the external id. */
  readonly remote: readonly RemoteRecord[]
  readonly base: LedgerEntry | null
  readonly content: Content
  readonly settings: ConversationSettings
  readonly declined: boolean
  readonly isGone?: (endUserId: string) => boolean
  readonly clearsContacts?: () => boolean
  readonly overwriteEdits: boolean
  readonly restoreDeleted: boolean
}

/** Desired against ledger and Planhat: the action, its fields and the drift class of one record. */
export function planRecord(o: PlanInput): PlannedRow {
  const row = planWanted(o)
  // What stands there as we would write it needs no word of anybody.
  return o.declined && row.drift !== 'in-sync' ? { ...row, action: 'skip', declined: true } : row
}

function planWanted(o: PlanInput): PlannedRow {
  const [kept, ...extras] = sortByKeeping(o.remote, o)
  if (kept === undefined) return planAbsent(o)
  const comparison = compareRecord({ ...o, remote: kept, base: baseOf(o.base) })
  const changes = o.overwriteEdits ? [...comparison.changes, ...comparison.edited] : comparison.changes
  return {
    ...identityOf(o.desired),
    action: changes.length > 0 ? 'update' : 'unchanged',
    planhatId: kept._id,
    remoteDigest: digestRemote(kept),
    changes,
    edited: o.overwriteEdits ? [] : comparison.edited,
    drift: driftOf(comparison),
    companyMoved: changes.some(({ field }) => field === 'companyId'),
    declined: false,
    ...(comparison.contactKept && { contactKept: true }),
    extras,
  }
}

/** A purged entry proves that we wrote the record; of what was in it, it says as little as no entry at all. */
function baseOf(base: LedgerEntry | null): Payload | null {
  return base === null || base.purged === true ? null : base.payload
}

/** The copies of one external id, first the one to keep: the right company, then the one we wrote, then the oldest. */
export function sortByKeeping(
  remote: readonly RemoteRecord[],
  o: { readonly desired: DesiredRecord | null; readonly base: LedgerEntry | null },
): RemoteRecord[] {
  const companyId = o.desired?.payload.companyId
  const rank = (one: RemoteRecord) => [
    o.desired === null || one.companyId === companyId ? 0 : 1,
    one._id === o.base?.planhatId ? 0 : 1,
    // A copy without a creation date is no older than one that has it.
    Date.parse(one.createDate ?? '') || Number.MAX_SAFE_INTEGER,
  ]
  return [...remote].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)]
    const at = left.findIndex((value, index) => value !== right[index])
    // Planhat's ids begin with their time of creation, so they break the tie in the same sense.
    return at < 0 ? (a._id < b._id ? -1 : 1) : (left[at] ?? 0) - (right[at] ?? 0)
  })
}

/** Never written: to be created. Written and gone: a person deleted it, and it stays deleted unless asked for. */
function planAbsent({ desired, base, restoreDeleted }: PlanInput): PlannedRow {
  const absent = {
    planhatId: null,
    remoteDigest: null,
    changes: [],
    edited: [],
    companyMoved: false,
    declined: false,
    extras: [],
  }
  const drift = base === null ? 'missing' : 'deleted'
  const action = base === null || restoreDeleted ? 'create' : 'unchanged'
  return { ...identityOf(desired), action, drift, ...absent }
}

function identityOf({ callId, record, payload }: DesiredRecord) {
  return { callId, record, externalId: payload.externalId, payload }
}

/** One edited field makes the record a person's: it is reported as theirs, whatever else differs. */
function driftOf({ changes, edited, moved }: Comparison): DriftClass {
  if (edited.length > 0) return 'edited'
  if (moved) return 'moved'
  return changes.length > 0 ? 'changed' : 'in-sync'
}
