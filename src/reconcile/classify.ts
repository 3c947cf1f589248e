import type { Content } from '../content.ts'
import type { ConversationSettings } from '../content-settings.ts'
import type { Match } from '../domain.ts'
import { type PlannedRow, planRecord, sortByKeeping } from '../plan/build.ts'
import { digestRemote } from '../plan/remote-digest.ts'
import {
  type DesiredRecord,
  type LedgerEntry,
  RECORD_KINDS,
  type RecordKind,
  type RemoteRecord,
} from '../records.ts'
import { type DriftRow, driftRow, type Heal } from './drift-row.ts'
import { classifyExtras } from './duplicates.ts'
import { classifyForeign } from './foreign.ts'
import { placeholderIdOf, recogniseExternalId } from './recognise.ts'

/** All that is known of one call, on both sides and in the ledger. */
export interface ClassifyInput {
  readonly content: Content
  readonly match: Match
  /** Empty when the match gives nothing to write. */
  readonly desired: readonly DesiredRecord[]
  /** A reviewer once decided whose call this is, so a match that fails now is no ground for a report. */
  readonly settled: boolean
  /** Whether a person does not want this record written. */
  readonly isDeclined: (record: RecordKind) => boolean
  /** Whether the index has no such End User any more. */
  readonly isGone?: (endUserId: string) => boolean
  readonly clearsContacts?: () => boolean
  readonly entries: readonly LedgerEntry[]
  /** Everything Planhat holds under an external id of this call, the automation's placeholder among it. */
  readonly remote: readonly RemoteRecord[]
  /** What else Planhat holds for the matched company around the time of the call. */
  readonly near: readonly RemoteRecord[]
  readonly settings: ConversationSettings
  readonly overwriteEdits: boolean
  readonly restoreDeleted: boolean
}

export interface Classified {
  readonly rows: readonly DriftRow[]
  /** The plan behind the rows of our own records, for the ones to be healed. */
  readonly planned: readonly PlannedRow[]
}

/**
 * One call's part of the comparison of Aircall with Planhat (docs/contract.md section 8). A foreign Conversation may
 * stand near two calls: the caller counts it once, by its `planhatId`.
 */
export function classifyCall(o: ClassifyInput): Classified {
  if (o.desired.length === 0) return { rows: classifyUnwritable(o), planned: [] }
  const planned = o.desired.map((desired) => {
    const { externalId } = desired.payload
    const remote = o.remote.filter((one) => one.externalId === externalId)
    const base = o.entries.find((one) => one.externalId === externalId) ?? null
    return {
      desired,
      row: planRecord({ ...o, desired, remote, base, declined: o.isDeclined(desired.record) }),
    }
  })
  // What a person declined is no drift, with its copies and whatever stands in its place.
  const wanted = planned.filter(({ row }) => !row.declined)
  const rows = wanted.flatMap(({ desired, row }) => [rowOf(row), ...classifyExtras(row, { ...o, desired })])
  const around = { ...o, desired: wanted.map(({ desired }) => desired) }
  return {
    rows: [...rows, ...classifyPlaceholders(around), ...classifyForeign({ ...around, call: o.content.call })],
    planned: planned.map(({ row }) => row),
  }
}

function rowOf(row: PlannedRow): DriftRow {
  const { callId, record, externalId, planhatId, changes, edited, drift } = row
  return driftRow({ class: drift, callId, record, externalId, planhatId, changes, edited, heal: healOf(row) })
}

/** `edited` and `deleted` heal only where their flag put the change into the plan; else they are a person's. */
function healOf({ action, drift, edited }: PlannedRow): Heal {
  if (action === 'create') return 'create'
  if (action !== 'update') return 'none'
  if (drift === 'edited') return edited.length === 0 ? 'update' : 'none'
  return drift === 'moved' ? 'move' : 'update'
}

/** The automation's placeholder, once the transcript is there; it may go when the transcript's record exists. */
function classifyPlaceholders(o: ClassifyInput): DriftRow[] {
  const withText = o.desired.find((one) => one.hasTranscript)
  if (withText === undefined) return []
  const placeholder = placeholderIdOf(o.content.call.id)
  const own = new Set(o.desired.map((one) => one.payload.externalId))
  return o.remote
    .filter((one) => one.externalId === placeholder && !own.has(placeholder))
    .map((one) =>
      driftRow({
        class: 'stale-placeholder',
        callId: o.content.call.id,
        record: 'transcript',
        externalId: placeholder,
        planhatId: one._id,
        heal: 'delete',
        requires: withText.payload.externalId,
      }),
    )
}

const MATCHES_NOBODY: ReadonlySet<Match['kind']> = new Set([
  'unmatched',
  'ambiguous',
  'proposed',
  'anonymous',
  'invalid-number',
  'own-number',
])

/** Held under a company although nothing says so now: most often the automation's default contact (M1, M5). */
function classifyUnwritable(o: ClassifyInput): DriftRow[] {
  if (o.settled || !MATCHES_NOBODY.has(o.match.kind)) return []
  return RECORD_KINDS.flatMap((record) => {
    const copies = o.remote.filter(
      (one) =>
        one.companyId !== undefined &&
        recogniseExternalId(one.externalId, o.settings.externalId)?.kind === record,
    )
    return [...Map.groupBy(copies, (one) => one.externalId ?? '')].flatMap(([externalId, same]) =>
      unsupportedRows({ callId: o.content.call.id, record, externalId }, same),
    )
  })
}

/** No company is the right one, so the oldest is kept; a copy may go only where it says exactly the same. */
function unsupportedRows(
  key: Pick<DriftRow, 'callId' | 'record' | 'externalId'>,
  copies: readonly RemoteRecord[],
): DriftRow[] {
  const [kept, ...extras] = sortByKeeping(copies, { desired: null, base: null })
  if (kept === undefined) return []
  const said = digestRemote(kept)
  return [
    driftRow({ class: 'unsupported', ...key, planhatId: kept._id }),
    ...extras.map((one) =>
      driftRow({
        class: 'duplicate',
        ...key,
        planhatId: one._id,
        heal: digestRemote(one) === said ? 'delete' : 'none',
      }),
    ),
  ]
}
