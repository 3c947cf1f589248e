import type { IndexedEndUser } from '../match/phone-index.ts'
import type { Cells, Column } from './columns.ts'
import { isSameNumber } from './same-number.ts'
import type { Refusal, ReviewLookup, Verdict } from './verdict.ts'

/**
 * PURE. What a reviewer settled for a held call: an End User of the index (its company is taken), or a company alone.
 * An End User that is unknown or archived, or a company that is unknown or another one's, is refused.
 */
export function settleHold(shown: Cells, cells: Cells, lookup: ReviewLookup): Verdict {
  const candidates = readCandidates(shown)
  const endUserId = mendId(
    cells.enduser_id,
    candidates.map(({ endUser }) => endUser),
  )
  const companyId = mendId(
    cells.company_id,
    candidates.map(({ company }) => company),
  )
  if (endUserId !== '') return settleOnEndUser(endUserId, companyId, lookup)
  if (companyId !== '') return settleOnCompany(companyId, lookup)
  return refuse(
    'enduser_id',
    'an End User id, or a company id',
    'Set enduser_id or company_id to apply a held row.',
  )
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
  return { kind: 'apply', settlement: { endUserId: endUser.id, companyId: endUser.companyId }, lifts: false }
}

function settleOnCompany(companyId: string, lookup: ReviewLookup): Verdict {
  if (lookup.hasCompany(companyId))
    return { kind: 'apply', settlement: { endUserId: null, companyId }, lifts: false }
  return refuse('company_id', 'the id of a company in the index', 'The index has no company with this id.')
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

function readCandidates(shown: Cells): { endUser: string; company: string }[] {
  const pairs = shown.candidates.split(' ').filter((pair) => pair !== '')
  return pairs.map((pair) => {
    const at = pair.lastIndexOf('@')
    return { endUser: pair.slice(0, at), company: pair.slice(at + 1) }
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
