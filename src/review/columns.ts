import { canonicalJson, digestText } from '../conversation/digest.ts'
import { foldSpace, toPlainText } from '../conversation/html.ts'
import { outcomeOf, talkSeconds } from '../conversation/outcome.ts'
import type { Call, Holder, Match } from '../domain.ts'
import { isHeld } from '../match/held.ts'
import type { Action, FieldChange, Payload, Reason, RecordKind, StoredRow } from '../records.ts'

/** docs/contract.md section 4, in its order. */
export const COLUMNS = [
  'decision',
  'action',
  'reason',
  'call_id',
  'record',
  'external_id',
  'date',
  'direction',
  'outcome',
  'duration_s',
  'agent',
  'number',
  'matched_by',
  'enduser',
  'enduser_id',
  'company',
  'company_id',
  'candidates',
  'candidate_names',
  'calls_of_number',
  'subject',
  'excerpt',
  'changes',
  'row_digest',
] as const
export type Column = (typeof COLUMNS)[number]
export type Cells = Readonly<Record<Column, string>>
/** What the digest of a row binds: every column but itself, which is the last. */
const BOUND = COLUMNS.slice(0, -1) as Exclude<Column, 'row_digest'>[]
/** Words and numbers of our own, and the excerpt, which is folded already. */
const OURS: readonly Column[] = [
  'decision',
  'action',
  'reason',
  'record',
  'date',
  'direction',
  'outcome',
  'duration_s',
  'calls_of_number',
  'excerpt',
]
/** By place: what somebody else wrote, and may hold white space of any kind. */
const IS_FOLDED = BOUND.map((column) => !OURS.includes(column))

const EXCERPT_CHARS = 200

const NO_PAYLOAD = '0'.repeat(10)

/** The part of a planned record that a review row shows and keeps. */
export interface ReviewedRecord {
  readonly externalId: string
  readonly action: Action
  readonly payload: Payload | null
  readonly remoteDigest: string | null
  readonly changes: readonly FieldChange[]
  /** A person does not want it written: the row says so, and can be taken back. */
  readonly declined: boolean
}

export interface RowSource {
  readonly runId: string
  readonly call: Call
  readonly match: Match
  readonly record: RecordKind
  /** Null for a call that gives no record: it still has its row. */
  readonly planned: ReviewedRecord | null
  /** For a held call: how many of the plan have its number. */
  readonly callsOfNumber: number
  /** Its place in the review CSV, from 0. */
  readonly seq: number
}

/** A row before its digests are made. */
export interface DraftRow extends Omit<StoredRow, 'rowDigest' | 'payloadDigest'> {
  /** What would be written, as canonical JSON; null for a row that writes nothing. */
  readonly payload: string | null
}

/** PURE. One row of the plan: what is shown and what would be written. */
export function draftRow(source: RowSource): DraftRow {
  const { runId, call, planned, record, seq } = source
  const payload = planned?.payload ?? null
  return {
    runId,
    seq,
    callId: call.id,
    record,
    action: actionOf(source),
    reason: reasonOf(source),
    cells: showCells(source),
    payload: payload === null ? null : canonicalJson(payload),
    remoteDigest: planned?.remoteDigest ?? null,
  }
}

/** PURE. The row with the digests that bind what is shown to what would be written. */
export function bindRow({ payload, ...row }: DraftRow): StoredRow {
  const payloadDigest = payload === null ? null : digestText(payload)
  return { ...row, payloadDigest, rowDigest: digestRow(row.seq, row.runId, payloadDigest) }
}

/** PURE. A line of the review CSV: a stored row's cells, the digest last. */
export function lineOf({ cells, rowDigest }: Pick<StoredRow, 'cells' | 'rowDigest'>): string[] {
  return [...cells, rowDigest]
}

/** PURE. The cells of a stored row by the names of their columns. */
export function nameCells(row: Pick<StoredRow, 'cells' | 'rowDigest'>): Cells {
  return nameLine(lineOf(row))
}

/** PURE. A line of the review CSV by the names of its columns. */
export function nameLine(line: readonly string[]): Cells {
  return Object.fromEntries(COLUMNS.map((column, at) => [column, line[at] ?? ''])) as Cells
}

/** Without a record: where a person can decide, the row is held; where nothing can be written at all, it is skipped. */
function actionOf({ match, planned }: Pick<RowSource, 'match' | 'planned'>): Action {
  if (planned !== null) return planned.action
  return isHeld(match) ? 'hold' : 'skip'
}

function reasonOf({ match, planned }: Pick<RowSource, 'match' | 'planned'>): Reason {
  if (planned?.declined === true) return 'declined'
  return 'declined' in match && match.declined === true ? 'declined' : match.kind
}

/**
 * PURE. What a row shows, in the order of the columns, but for its digest. One line a cell, so that a line of the file
 * is a row of the sheet; trimmed, as spreadsheets do.
 */
export function showCells(source: Omit<RowSource, 'runId' | 'seq'>): string[] {
  const { call, match, record, planned, callsOfNumber } = source
  const action = actionOf(source)
  const payload = planned?.payload ?? null
  const cells: Omit<Cells, 'row_digest'> = {
    decision: action === 'create' || action === 'update' ? 'apply' : 'skip',
    action,
    reason: reasonOf(source),
    call_id: call.id,
    record,
    external_id: planned?.externalId ?? '',
    date: payload?.date ?? new Date((call.endedAt ?? call.startedAt) * 1000).toISOString(),
    direction: call.direction,
    outcome: outcomeOf(call),
    duration_s: String(talkSeconds(call)),
    agent: call.agent?.name || call.agent?.email || '',
    number: match.number ?? '',
    ...showMatch(match),
    calls_of_number: action === 'hold' ? String(callsOfNumber) : '',
    subject: payload?.subject ?? '',
    excerpt: payload === null ? '' : toPlainText(payload.description, EXCERPT_CHARS),
    changes: action === 'update' ? (planned?.changes ?? []).map(({ field }) => field).join(', ') : '',
  }
  return BOUND.map((column, at) => {
    const cell = cells[column]
    return cell !== '' && IS_FOLDED[at] === true ? foldSpace(cell) : cell
  })
}

const NOBODY = {
  matched_by: '',
  enduser: '',
  enduser_id: '',
  company: '',
  company_id: '',
  candidates: '',
  candidate_names: '',
}

function showMatch(match: Match): Pick<Cells, keyof typeof NOBODY> {
  switch (match.kind) {
    case 'matched':
    case 'shared-line': {
      const person = match.kind === 'matched' ? match.endUsers[0] : null
      return {
        matched_by: match.via === 'phone' ? showTier(match.field, match.tier) : match.via,
        enduser: person?.name || person?.email || '',
        enduser_id: person?.id ?? '',
        company: match.companyName ?? '',
        company_id: match.companyId,
        candidates: '',
        candidate_names: '',
      }
    }
    case 'ambiguous':
    case 'proposed':
    case 'unmatched':
      return { ...NOBODY, ...showCandidates(match.candidates) }
    default:
      return NOBODY
  }
}

function showTier(field: string, tier: number): string {
  return `${field.replace(/^custom\./, '')} (tier ${tier})`
}

/** Archived End Users may not be chosen, so they are not offered. Ids and names stand in one order. */
function showCandidates(holders: readonly Holder[]): Pick<Cells, 'candidates' | 'candidate_names'> {
  const offered = new Map(
    holders
      .filter(({ endUser }) => !endUser.archived)
      .map((holder) => [`${holder.endUser.id}@${holder.endUser.companyId}`, nameCandidate(holder)]),
  )
  return { candidates: [...offered.keys()].join(' '), candidate_names: [...offered.values()].join('; ') }
}

/** `Ada Example (Initech)`, for a proposal with the stored number that fits. A semicolon would part two people. */
export function nameCandidate({ endUser, stored }: Pick<Holder, 'endUser' | 'stored'>): string {
  const { id, name, email, companyId, companyName } = endUser
  const place = [companyName ?? companyId, ...(stored === undefined ? [] : [stored])].join(', ')
  return `${name || email || id} (${place})`.replace(/\s*;/g, ',')
}

/**
 * `r`, the place in the plan, the run and the beginning of the payload's digest: nothing that could be mistaken for
 * another row, and the letter keeps every spreadsheet from reading it as a number. The place in front makes a sorted
 * sheet sortable back, and the state append where random keys would have it rewrite its whole index: a million rows are
 * stored in a quarter of the time.
 */
function digestRow(seq: number, runId: string, payloadDigest: string | null): string {
  const place = seq.toString(16).padStart(7, '0')
  return `r${place}${runId.replaceAll('-', '')}${(payloadDigest ?? NO_PAYLOAD).slice(0, 10)}`
}
