import type { StoredRow } from '../records.ts'
import { type Cells, COLUMNS, type Column, nameCells } from './columns.ts'
import { sameCell } from './same-cell.ts'
import { settleHold } from './settle-hold.ts'
import type { Refusal, ReviewLookup, Verdict as ReviewVerdict } from './verdict.ts'

export type Verdict = ReviewVerdict

/** What of a plan's row decides about a reviewed one. */
export type JudgedAgainst = Pick<StoredRow, 'cells' | 'rowDigest' | 'action' | 'reason' | 'payloadDigest'>

/** Long enough to recognise a cell by, short enough for one line of a terminal. */
const SHOWN_CHARS = 80

/**
 * PURE. Judges one row of a reviewed CSV against the plan's own row (docs/contract.md section 4): the decision may be
 * changed, a held row may be settled, and any other edit is refused. What a spreadsheet does by itself is no edit.
 */
export function judgeRow(stored: JudgedAgainst | null, cells: Cells, lookup: ReviewLookup): Verdict {
  if (stored === null) return refuseUnknown()
  const shown = nameCells(stored)
  const edited = COLUMNS.find(
    (column) => isFixed(stored, column) && !sameCell(column, shown[column], cells[column]),
  )
  if (edited !== undefined) return refuseEdit(stored, edited, shown[edited])
  const decision = cells.decision.trim().toLowerCase()
  if (decision === 'skip') return leave(stored, cells)
  if (stored.action === 'hold') return judgeHold(decision, shown, cells, lookup)
  if (decision !== 'apply') return refuseDecision('apply or skip')
  if (stored.action === 'skip' && !isDeclined(stored)) return refuseUnwritable(stored)
  return { kind: 'apply', settlement: null, lifts: isDeclined(stored), always: false }
}

function leave(stored: JudgedAgainst, cells: Cells): Verdict {
  const declines = isWanted(stored) || isDeclined(stored)
  const isNamed = stored.action === 'hold' && `${cells.enduser_id}${cells.company_id}`.trim() !== ''
  return { kind: 'skip', declines, ...(isNamed && { named: true }) }
}

function judgeHold(decision: string, shown: Cells, cells: Cells, lookup: ReviewLookup): Verdict {
  if (decision === 'apply') return settleHold(shown, cells, { lookup, always: false })
  if (decision === 'always') return settleHold(shown, cells, { lookup, always: true })
  if (decision !== 'never') return refuseDecision('apply, skip, always or never')
  return cells.enduser_id.trim() === '' && cells.company_id.trim() === '' ? { kind: 'never' } : refuseNamed()
}

/** Preset to `apply`: whoever sets it to `skip` says something. */
function isWanted({ action }: JudgedAgainst): boolean {
  return action === 'create' || action === 'update'
}

/** A record that somebody kept out of Planhat before, shown with what would be written. */
function isDeclined({ action, reason, payloadDigest }: JudgedAgainst): boolean {
  return action === 'skip' && reason === 'declined' && payloadDigest !== null
}

/** The digest of a row as it is looked up: whatever a spreadsheet puts around it. */
export function readRowDigest(cells: Cells): string {
  return cells.row_digest.trim().replace(/^'/, '').toLowerCase()
}

/** The same row twice in one file, with decisions that contradict each other: neither counts. */
export function refuseTwice(lines: readonly number[]): Refusal {
  const message = `This row stands in the file more than once (lines ${lines.join(', ')}) with different decisions.`
  return { kind: 'refused', code: 'ROW_TWICE', column: 'decision', expected: 'one decision a row', message }
}

function isFixed(stored: JudgedAgainst, column: Column): boolean {
  if (column === 'decision') return false
  return stored.action !== 'hold' || (column !== 'enduser_id' && column !== 'company_id')
}

function refuseUnknown(): Refusal {
  return {
    kind: 'refused',
    code: 'ROW_UNKNOWN',
    column: 'row_digest',
    expected: 'the row_digest of a row of a plan made here',
    message:
      'No plan in this state has this row. It comes from another ' +
      'plan, profile or machine, or its row_digest was edited.',
  }
}

function refuseEdit(stored: JudgedAgainst, column: Column, shown: string): Refusal {
  const expected = showExpected(column, shown)
  const editable = stored.action === 'hold' ? 'decision, enduser_id and company_id' : 'decision'
  const message = `It was edited; in this row only ${editable} may be changed.`
  return { kind: 'refused', code: 'ROW_EDITED', column, expected, message }
}

/** Messages reach logs: no transcript text, and no whole phone number. */
function showExpected(column: Column, text: string): string {
  if (column === 'excerpt') return 'the excerpt of the plan'
  const bounded = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text
  const masked = MASKED.has(column) ? bounded.replace(/\d(?=(?:\D*\d){2})/gu, '•') : bounded
  return masked === '' ? 'an empty cell' : `"${masked}"`
}

const MASKED: ReadonlySet<Column> = new Set<Column>(['number', 'subject', 'enduser'])

function refuseDecision(expected: string): Refusal {
  const message = `In this row the decision must be ${expected}.`
  return { kind: 'refused', code: 'ROW_DECISION', column: 'decision', expected, message }
}

function refuseNamed(): Refusal {
  const message = "never says that the number is nobody's, and the row names somebody."
  const expected = 'an empty enduser_id and company_id'
  return { kind: 'refused', code: 'ROW_UNSETTLED', column: 'enduser_id', expected, message }
}

/** What is said of a number has to be one thing: rows of one number that contradict each other do not count. */
export function refuseNumberTwice(lines: readonly number[]): Refusal {
  const message = `Lines ${lines.join(', ')} say different things of one number.`
  const expected = 'one always or never a number'
  return { kind: 'refused', code: 'NUMBER_TWICE', column: 'decision', expected, message }
}

function refuseUnwritable(stored: JudgedAgainst): Refusal {
  const message = `Nothing can be written for this call (${stored.reason}), so it cannot be applied.`
  return { kind: 'refused', code: 'ROW_NOT_WRITABLE', column: 'decision', expected: 'skip', message }
}
