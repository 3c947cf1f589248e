import { BUCKETS, type Bucket } from './domain.ts'

/**
 * The records this program writes to Planhat, as they are wanted, as Planhat has them, as they are
 * remembered and planned: types, and the constants they derive from, as in `domain.ts`.
 */

export const RECORD_KINDS = ['call', 'transcript'] as const
export type RecordKind = (typeof RECORD_KINDS)[number]

export interface Person {
  readonly id?: string
  readonly name?: string
  readonly email?: string
}

/** A Conversation as it is sent to Planhat. A key with nothing to say is left out, never null. */
export interface Payload {
  readonly externalId: string
  readonly type: string
  readonly subject: string
  readonly description: string
  /** ISO 8601 UTC with milliseconds. */
  readonly date: string
  readonly companyId: string
  readonly contactId?: string
  readonly endusers: readonly Person[]
  readonly users: readonly Person[]
  readonly custom?: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

/** A record we want to exist. */
export interface DesiredRecord {
  readonly callId: string
  readonly record: RecordKind
  readonly payload: Payload
  /** In `merged` mode: whether the transcript is already part of the description. */
  readonly hasTranscript: boolean
}

/** A Conversation as Planhat holds it; absent keys are undefined, null is kept apart from absent. */
export interface RemoteRecord {
  readonly _id: string
  readonly externalId?: string
  readonly companyId?: string
  readonly type?: string
  readonly subject?: string
  readonly description?: string
  readonly date?: string
  readonly contactId?: string
  readonly endusers: readonly Person[]
  readonly users: readonly Person[]
  readonly custom: Readonly<Record<string, unknown>>
  readonly createDate?: string
}

/** What we remember of a record that we wrote. */
export interface LedgerEntry {
  readonly externalId: string
  readonly callId: string
  readonly record: RecordKind
  readonly planhatId: string
  readonly companyId: string
  /** The payload as it was sent and confirmed, whole. */
  readonly payload: Payload
  readonly runId: string
  readonly writtenAtMs: number
  /** Its content was purged: the payload says that it was written and where, but not what. */
  readonly purged?: boolean
}

/** The fields of a payload that are compared, custom fields as `custom.<name>`. */
export type FieldName = string

export interface FieldChange {
  readonly field: FieldName
  readonly before: unknown
  readonly after: unknown
}

export const ACTIONS = ['create', 'update', 'unchanged', 'hold', 'skip'] as const
export type Action = (typeof ACTIONS)[number]

/** One word for why a row of a plan is as it is: what the match says, or that a person does not want the record. */
export type Reason = Bucket | 'declined'
export const REASONS: readonly Reason[] = [...BUCKETS, 'declined']

export const DRIFT_CLASSES = [
  'in-sync',
  'missing',
  'changed',
  'moved',
  'stale-placeholder',
  'duplicate',
  'orphan',
  'edited',
  'deleted',
  'unsupported',
  'foreign',
] as const
export type DriftClass = (typeof DRIFT_CLASSES)[number]

/** What became of one record that was sent, or deliberately not. */
export const OUTCOME_KINDS = ['created', 'updated', 'unchanged', 'deleted', 'held', 'failed'] as const
export type OutcomeKind = (typeof OUTCOME_KINDS)[number]

export interface RecordOutcome {
  readonly callId: string
  readonly record: RecordKind
  readonly externalId: string
  readonly outcome: OutcomeKind
  readonly planhatId?: string
  /** Stable code of `docs/errors.md`, for `held` and `failed`. */
  readonly code?: string
  readonly message?: string
  /** Planhat's own words, bounded, for `failures.csv`. */
  readonly planhatMessage?: string
}

/**
 * One row of a plan as the state keeps it: what the review CSV shows and digests of what would be written and of what
 * Planhat had. The payload itself is built again from the state when the row is applied, and sent only where it is
 * still the one that `payloadDigest` names: no second copy of people's data, and none that could differ.
 */
export interface StoredRow {
  readonly runId: string
  /** See `digestRow`: unique in the state, never number-like, in the order of the plan. */
  readonly rowDigest: string
  /** Position in the review CSV, from 0. */
  readonly seq: number
  readonly callId: string
  readonly record: RecordKind
  readonly action: Action
  readonly reason: Reason
  /**
   * The cells of the review CSV in its order, but for the last one, which is `rowDigest`; before
   * formulas are neutralised.
   */
  readonly cells: readonly string[]
  /** Null for a row that writes nothing. */
  readonly payloadDigest: string | null
  /** Digest of the remote record the plan was made against; null when Planhat had none. */
  readonly remoteDigest: string | null
}

/** One row that a person (or `--apply`) approved. `line` is its line in the reviewed CSV. */
export interface Decision {
  readonly rowDigest: string
  readonly line: number | null
}
