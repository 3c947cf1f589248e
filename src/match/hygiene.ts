import type { Bucket, Match } from '../domain.ts'
import { isHeld } from './held.ts'
import { isValidE164 } from './phone.ts'
import { sayHolder, sayWhere } from './say.ts'

/** One number whose fixing in Planhat would match calls. */
export interface HygieneItem {
  /** E.164 where it parses, else as Aircall gave it. */
  readonly number: string
  readonly reason: Bucket
  readonly calls: number
  /** `id@company` of the End Users it may belong to, joined by a space. */
  readonly candidates: string
  /** What to do in Planhat, in one sentence. */
  readonly advice: string
  /** The first who may be meant, with the field that it stands in. */
  readonly holder: { readonly endUser: string; readonly company: string; readonly field: string } | null
}

/** An item while its calls are counted. */
type Counted = Omit<HygieneItem, 'calls'> & { calls: number }

/** A number that a reviewer called nobody's is not worth fixing. */
function isMendable(match: Match): boolean {
  return isHeld(match) || match.kind === 'invalid-number'
}

function advise(match: Match): string {
  if (match.kind === 'proposed') {
    const [first] = match.candidates
    // The form that was called may be the old one, which nobody should write into Planhat.
    if (match.number !== null && !isValidE164(match.number))
      return (
        'Nothing to change in Planhat: this is another form of what ' +
        `${sayHolder(first)} has. Settle its calls in a review.`
      )
    return `Write ${first ? sayWhere(first) : 'the phone'} of ${sayHolder(first)} as this number, if it is theirs.`
  }
  if (match.kind === 'ambiguous') return 'Leave it on the End Users of one company only.'
  if (match.kind === 'invalid-number') return 'Nothing to fix in Planhat: the number itself is not valid.'
  if (match.kind === 'unmatched' && match.candidates.length > 0)
    return 'Put it on a live End User: only archived ones have it.'
  return 'Add it to the End User whose number it is.'
}

const candidatesOf = (match: Match): string =>
  'candidates' in match ? match.candidates.map((h) => `${h.endUser.id}@${h.endUser.companyId}`).join(' ') : ''

function holderOf(match: Match): HygieneItem['holder'] {
  const [first] = 'candidates' in match ? match.candidates : []
  if (first === undefined) return null
  const { id, name, email, companyId, companyName } = first.endUser
  return { endUser: name ?? email ?? id, company: companyName ?? companyId, field: first.field }
}

/**
 * Counts calls by the number that kept them from a customer's page. Values in, values out; fed call by call. With
 * `atMost`, the rarest numbers are dropped whenever twice as many have gathered: what is dropped had the fewest calls.
 */
export function createHygieneList(o: { atMost?: number } = {}): {
  add(match: Match): void
  ranked(): HygieneItem[]
} {
  const items = new Map<string, Counted>()
  const atMost = o.atMost ?? Number.POSITIVE_INFINITY
  const ranked = () => [...items.values()].sort((a, b) => b.calls - a.calls || (a.number < b.number ? -1 : 1))
  return {
    add(match) {
      if (!isMendable(match) || match.number === null) return
      const held = items.get(match.number)
      if (held !== undefined) {
        held.calls += 1
        return
      }
      items.set(match.number, {
        number: match.number,
        reason: match.kind,
        calls: 1,
        candidates: candidatesOf(match),
        advice: advise(match),
        holder: holderOf(match),
      })
      if (items.size > 2 * atMost) for (const { number } of ranked().slice(atMost)) items.delete(number)
    },
    ranked,
  }
}
