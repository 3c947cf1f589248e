import { toMatchSettings } from '../../config/defaults.ts'
import type { CountryCode } from '../../domain.ts'
import { RefusedError } from '../../errors.ts'
import { explainNumber, type NumberExplanation } from '../../match/explain.ts'
import { openStore, type Store } from '../../store/store.ts'
import { collectOwnNumbers } from '../planning/matcher.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { numberOf, type Review, reviewOf, sayReview } from './forget.ts'

/** docs/contract.md section 5, `index lookup`. */
export interface LookupResult extends Pick<NumberExplanation, 'input' | 'e164' | 'decision' | 'tier'> {
  readonly endUsers: readonly {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly companyId: string
    readonly companyName: string
    readonly field: string
    readonly archived: boolean
  }[]
  readonly steps: readonly string[]
  /** What a review said of the number for good; it goes before what the index says. */
  readonly review: Review | null
}

/** What the index says of one number. @throws RefusedError INDEX_EMPTY before the first build. */
export function lookUpNumber(
  world: Surroundings,
  o: { number: string; country: CountryCode | null },
): LookupResult {
  const { settings } = world
  const store = openStore(settings.stateDir, { readOnly: true })
  try {
    demandIndex(store)
    const { holders, ...rest } = explainNumber(o.number, o.country, {
      index: store.index,
      settings: toMatchSettings(settings.config),
      ownNumbers: collectOwnNumbers({ store, settings }).numbers,
    })
    const country = o.country ?? settings.config.defaultCountry
    const review = reviewOf(store, rest.e164 ?? numberOf(o.number, country), settings.config.match)
    const steps = review === null ? rest.steps : [...rest.steps, sayReview(review)]
    return { review, ...rest, steps, endUsers: holders.map(({ endUser, field }) => toRow(endUser, field)) }
  } finally {
    store.close()
  }
}

/** @throws RefusedError INDEX_EMPTY: without an index every answer would be "unmatched". */
export function demandIndex(store: Store): void {
  if (store.index.size.endUsers > 0) return
  throw new RefusedError('INDEX_EMPTY', 'The phone index holds no End User yet.', {
    suggestions: ['aircall-sync index pull', 'aircall-sync index import end-users.xlsx'],
  })
}

function toRow(
  endUser: NumberExplanation['holders'][number]['endUser'],
  field: string,
): LookupResult['endUsers'][number] {
  const { id, name, email, companyId, companyName, archived } = endUser
  return {
    id,
    name: name ?? '',
    email: email ?? '',
    companyId,
    companyName: companyName ?? '',
    field,
    archived,
  }
}

/** The answer for a person, one step a line. */
export function sayLookup(result: LookupResult): string {
  const decision = result.tier === '' ? result.decision : `${result.decision} (tier ${result.tier})`
  return [`${result.input}: ${decision}`, ...result.steps.map((step) => `  ${step}`)].join('\n')
}
