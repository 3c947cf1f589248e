import type { MatchSettings } from '../../domain.ts'
import { readPhone } from '../../match/phone.ts'
import type { SpokenWord } from '../../store/number-words.ts'
import { openStore, type Store } from '../../store/store.ts'
import { isoOf } from '../run/run.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { takeLock } from '../run/take-lock.ts'

/** What a review said of a number for good, as `index lookup` and `index forget` show it. */
export interface Review {
  readonly decision: 'always' | 'never'
  /** Empty for `never`, and where the company alone was meant. */
  readonly endUserId: string
  readonly endUserName: string
  /** The one that the End User has now; of somebody who is gone, the one of the review. */
  readonly companyId: string
  readonly companyName: string
  /** An End User who is archived or gone: their calls are matched by the index, as if nothing had been said. */
  readonly gone: boolean
  readonly runId: string
  /** ISO 8601. */
  readonly at: string
}

export interface ForgetResult {
  readonly number: string
  readonly forgotten: boolean
  readonly review: Review | null
}

/** Takes back what `always` or `never` said of a number: its calls are matched by the index again. */
export async function forgetNumber(
  world: Surroundings,
  o: { number: string; country: string | null },
): Promise<ForgetResult> {
  const { settings } = world
  const store = openStore(settings.stateDir)
  try {
    const lock = await takeLock(world, 'index forget')
    try {
      const number = numberOf(o.number, o.country ?? settings.config.defaultCountry)
      const review = reviewOf(store, number, settings.config.match)
      return { number, forgotten: store.numberWords.forget(number), review }
    } finally {
      lock.release()
    }
  } finally {
    store.close()
  }
}

/** As a review has it: E.164 where it is read, else as it is written. */
export function numberOf(text: string, country: string): string {
  const reading = readPhone(text, country)
  return reading.kind === 'number' ? reading.e164 : text.trim()
}

export function reviewOf(
  store: Pick<Store, 'numberWords' | 'index'>,
  number: string,
  { archivedMayMatch }: Pick<MatchSettings, 'archivedMayMatch'>,
): Review | null {
  const word = store.numberWords.get(number)
  if (word === null) return null
  const { endUserId, ...reviewed } = settlementOf(word)
  const endUser = endUserId === '' ? null : store.index.endUser(endUserId)
  const companyId = endUser?.companyId ?? reviewed.companyId
  return {
    decision: word.kind,
    endUserId,
    endUserName: endUser?.name ?? '',
    companyId,
    companyName: companyId === '' ? '' : (store.index.companyName(companyId) ?? ''),
    gone: endUserId !== '' && (endUser === null || (endUser.archived && !archivedMayMatch)),
    runId: word.runId,
    at: isoOf(word.atMs),
  }
}

function settlementOf(word: SpokenWord): { endUserId: string; companyId: string } {
  if (word.kind === 'never') return { endUserId: '', companyId: '' }
  return { endUserId: word.settlement.endUserId ?? '', companyId: word.settlement.companyId }
}

/** One sentence for people. */
export function sayReview({
  decision,
  endUserName,
  endUserId,
  companyName,
  companyId,
  gone,
  runId,
}: Review): string {
  if (decision === 'never')
    return `Run ${runId}: a reviewer said that it is nobody's, so its calls are skipped.`
  const company = companyName || companyId
  const whom = endUserId === '' ? `${company} alone` : `${endUserName || endUserId} (${company})`
  const force = gone
    ? 'Nobody live has this id any more, so the index decides.'
    : 'This goes before the index.'
  return `Run ${runId}: a reviewer said that it is always ${whom}. ${force}`
}

export function sayForgotten({ number, review }: ForgetResult): string {
  if (review === null) return `Nothing was said of ${number} in a review.`
  return `Forgotten: ${number} is matched by the index again. ${sayReview(review)}`
}
