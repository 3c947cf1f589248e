import { foldSpace } from '../conversation/html.ts'
import type { IndexedEndUser } from '../match/phone-index.ts'
import type { Cells, Column } from './columns.ts'
import { isSameNumber } from './same-number.ts'
import type { Refusal, ReviewLookup, Verdict } from './verdict.ts'

/**
 * PURE. What a reviewer settled for a held call: an End User of the index (its company is taken), or
 * a company alone. An End User is named by its id, by `id@company` or by its name, as the row shows
 * them. One that is unknown or archived, or a company that is unknown or another one's, is refused.
 */
export function settleHold(
  shown: Cells,
  cells: Cells,
  o: { readonly lookup: ReviewLookup; readonly always: boolean },
): Verdict {
  const candidates = readCandidates(shown)
  const named = findNamed(cells.enduser_id, candidates)
  if (named === 'several') return refuseSeveral()
  const companyId = mendId(
    cells.company_id,
    candidates.map(({ company }) => company),
  )
  // `id@company` names both: a company that is not the End User's any more is seen.
  const verdict = settleOn({ endUserId: named.endUser, companyId: companyId || named.company }, o.lookup)
  return verdict.kind === 'apply' ? { ...verdict, always: o.always } : verdict
}

function settleOn(
  { endUserId, companyId }: { endUserId: string; companyId: string },
  lookup: ReviewLookup,
): Verdict {
  if (endUserId !== '') return settleOnEndUser(endUserId, companyId, lookup)
  if (companyId !== '') return settleOnCompany(companyId, lookup)
  return refuse(
    'enduser_id',
    'an End User id or name from the row, or a company id',
    'Set enduser_id or company_id to apply a held row.',
  )
}

interface Named {
  readonly endUser: string
  /** Empty where the cell names none. */
  readonly company: string
}

/** The End User whom a cell names: as a candidate of the row, else by an id that the index has to know. */
function findNamed(cell: string, candidates: readonly Candidate[]): Named | 'several' {
  const read = cell.trim().replace(/^'/, '')
  const pairs = read.split(/[\s;,]+/).filter((part) => PAIR.test(part))
  if (pairs.length > 1) return 'several'
  const [, endUser = '', company = ''] = PAIR.exec(read) ?? []
  if (endUser !== '') return { endUser, company }
  const id = mendId(
    read,
    candidates.map((one) => one.endUser),
  )
  if (id === '' || candidates.some((one) => one.endUser === id)) return { endUser: id, company: '' }
  const byName = candidates.filter((one) => isNamed(one, read))
  if (byName.length > 1) return 'several'
  return { endUser: byName[0]?.endUser ?? id, company: '' }
}

const PAIR = /^([0-9a-z-]+)@([0-9a-z-]+)$/i

/** The whole text as it is shown, or its parts before the bracket or its comma: `Ada Example (Initech, +1 …)`. */
function isNamed({ name }: Candidate, read: string): boolean {
  const shorter = [name, name.replace(/, [^,()]*\)$/, ')'), name.replace(/ \([^()]*\)$/, '')]
  return name !== '' && shorter.some((text) => foldName(text) === foldName(read))
}

function foldName(text: string): string {
  return foldSpace(text).normalize('NFC').toLowerCase()
}

function settleOnEndUser(endUserId: string, companyId: string, lookup: ReviewLookup): Verdict {
  const endUser = lookup.endUser(endUserId)
  if (endUser === null) {
    return refuse(
      'enduser_id',
      'the id of an End User in the index',
      'The index has no End User with this id.',
    )
  }
  return endUser.archived ? refuseArchived() : settleOnLive(endUser, companyId)
}

function settleOnLive(endUser: IndexedEndUser, companyId: string): Verdict {
  if (companyId !== '' && companyId !== endUser.companyId) {
    const message = 'The End User belongs to another company: leave company_id empty, or set the right one.'
    return refuse('company_id', endUser.companyId, message)
  }
  return {
    kind: 'apply',
    settlement: { endUserId: endUser.id, companyId: endUser.companyId },
    lifts: false,
    always: false,
  }
}

function settleOnCompany(companyId: string, lookup: ReviewLookup): Verdict {
  if (lookup.hasCompany(companyId))
    return { kind: 'apply', settlement: { endUserId: null, companyId }, lifts: false, always: false }
  return refuse('company_id', 'the id of a company in the index', 'The index has no company with this id.')
}

function refuseSeveral(): Refusal {
  return refuse('enduser_id', 'one End User', 'It names several: keep one, or use an id from candidates.')
}

function refuseArchived(): Refusal {
  return refuse(
    'enduser_id',
    'an End User who is not archived',
    'This End User is archived: it receives no write.',
  )
}

function refuse(column: Column, expected: string, message: string): Refusal {
  return { kind: 'refused', code: 'ROW_UNSETTLED', column, expected, message }
}

interface Candidate {
  readonly endUser: string
  readonly company: string
  /** Empty in a plan of an earlier version. */
  readonly name: string
}

function readCandidates(shown: Cells): Candidate[] {
  const pairs = shown.candidates.split(' ').filter((pair) => pair !== '')
  const names = shown.candidate_names.split('; ')
  return pairs.map((pair, position) => {
    const at = pair.lastIndexOf('@')
    const name = names.length === pairs.length ? (names[position] ?? '') : ''
    return { endUser: pair.slice(0, at), company: pair.slice(at + 1), name }
  })
}

/**
 * An id of digits, or of digits and one `e`, is a number to a spreadsheet. Where just one candidate may have become
 * what was read, it is that one.
 */
function mendId(read: string, candidates: readonly string[]): string {
  const id = read.trim().replace(/^'/, '')
  if (id === '' || candidates.includes(id)) return id
  const damaged = [...new Set(candidates)].filter((candidate) => isSameNumber(candidate, id))
  return damaged.length === 1 ? (damaged[0] ?? id) : id
}
