import type { Insight } from '../content-settings.ts'

/**
 * Every point that the references leave open, or that differs from tenant to tenant, is a switch, so
 * that a test can play both worlds. The values here are the likeliest ones.
 */
export interface AircallSwitches {
  /** The company's name, by which an account is known again. */
  accountName: string
  /** `meta.total` above 10,000: never observed (docs/reference/aircall-api.md section 2). */
  totals: 'exact' | 'saturated'
  /** `next_page_link`: as documented, never null, or always null. */
  pageLinks: 'honest' | 'always' | 'never'
  retentionDays: number
  rateHeaders: 'none' | 'seconds' | 'milliseconds' | 'retry-after'
  /** How long a 429 lasts: to the end of the minute, or 60 s from the excess (section 5). */
  rateWindow: 'fixed' | 'block'
  transcripts: 'ok' | 'denied'
  /** Insights that the account has not got: 403 for each of these alone. */
  insightsDenied: Insight[]
  /** Which of the two calls of a transfer says so; Aircall's documentation does not. */
  transferMarks: 'earlier' | 'later' | 'both'
  /** An insight is there where the transcript is, and no sooner than so long after the end of its call. */
  insightDelaySeconds: number
  numbersEndpoint: 'ok' | 'missing'
  /** Calls change for 20 minutes after their end (section 2). */
  matureCalls: boolean
  /** One new call is added after every so many list pages; 0 for none. */
  arrivalEveryPages: number
  /** New calls that come in by the clock. */
  arrivalsPerMinute: number
  /**
   * Whether the list of webhooks shows their tokens: seen live, denied elsewhere
   * (docs/reference/webhooks-and-content.md section 1).
   */
  webhookTokens: 'shown' | 'hidden'
  /** From the end of a call to `call.ended`: about 30 s at Aircall. */
  eventDelaySeconds: number
  /** The share of events that is delivered twice, and over how long those of one moment are mixed. */
  deliveryDoubles: number
  deliveryJitterSeconds: number
  /** The first pause before a delivery is tried again; each is that much longer. Aircall does not say. */
  deliveryRetrySeconds: number
  /** Failures in a row after which a webhook is switched off; null for never. */
  disableAfterFailures: number | null
  /** Bodies of 5xx and 429. */
  errorBodies: 'json' | 'text' | 'html'
}

/**
 * How a write of one item fails. `item`: it is named in `createdErrors` or `updatedErrors`. `validation`: in
 * `validationErrors`. `permission`: in `permissionErrors`, under a 403. `silent`: dropped and not counted.
 * `batch`: the whole batch is refused with it.
 */
export type PoisonKind = 'item' | 'validation' | 'permission' | 'silent' | 'batch'
export type Poison = (item: Record<string, unknown>) => PoisonKind | null

export interface PlanhatSwitches {
  conversationTypes: string[]
  /** `email`, `chat`, `ticket`, `call`: what a write with one becomes (docs/reference/planhat-api.md section 2). */
  reservedTypes: 'note' | 'reject' | 'keep'
  bulkMatchesExternalId: boolean
  bulkScopedByCompany: boolean
  postDuplicate: '400' | 'duplicate'
  companyMoves: boolean
  errorItems: 'string' | 'object' | 'withKey'
  partialStatus: 200 | 206 | 400
  /** Whether the good items of a bulk answer with errors are written. */
  partialApplies: boolean
  detectNonupdates: boolean
  poison: Poison | null
  sortHonoured: boolean
  selectHonoured: boolean
  limitHonoured: boolean
  /** So many rows at the beginning of this list are deleted before its second page is served, once: then it is null. */
  deletedBetweenPages: { readonly list: 'conversations' | 'endusers'; readonly rows: number } | null
  listHasExternalId: boolean
  /** `kept`: stored, but a null does not clear it. */
  contactId: 'stored' | 'ignored' | 'kept'
  unknownCustom: 'store' | 'drop' | 'reject'
  emailOnlyPersons: 'resolve' | 'keep' | 'drop'
  extidSpaces: 'ok' | 'missing'
  /** A `date` of UNIX seconds, as the live automation sends it (docs/reference/automation.md C3). */
  unixDates: 'as-milliseconds' | 'now' | 'reject'
  maxDescription: number | null
  /** What becomes of a description above `maxDescription`. */
  longDescriptions: 'refused' | 'cut'
  /** `stripped`: only `p` and `br` are left of the markup. */
  markup: 'kept' | 'stripped'
  /** To what a date is stored. */
  datePrecision: 'milliseconds' | 'seconds'
  deleteForbidden: boolean
  /** Path prefixes that answer 403, for a token with narrow permissions. */
  forbiddenPaths: string[]
  planhatRateHeaders: 'none' | 'limit' | 'retry-after'
  /** Requests in flight above which Planhat answers 429 (docs/reference/planhat-api.md section 1). */
  planhatParallel: number
  errorShape: 'object' | 'string'
}

export interface Switches extends AircallSwitches, PlanhatSwitches {
  /** How far the servers' `Date` header is from the clock. */
  dateSkewMs: number
}

export const DEFAULT_SWITCHES: Readonly<Switches> = {
  accountName: 'Brightline',
  totals: 'exact',
  pageLinks: 'honest',
  retentionDays: 180,
  rateHeaders: 'seconds',
  rateWindow: 'fixed',
  transcripts: 'ok',
  insightsDenied: [],
  transferMarks: 'earlier',
  insightDelaySeconds: 0,
  numbersEndpoint: 'ok',
  matureCalls: true,
  arrivalEveryPages: 0,
  arrivalsPerMinute: 0,
  webhookTokens: 'shown',
  eventDelaySeconds: 30,
  deliveryDoubles: 0.1,
  deliveryJitterSeconds: 2,
  deliveryRetrySeconds: 5,
  disableAfterFailures: 50,
  errorBodies: 'json',
  conversationTypes: ['note', 'Cold Call'],
  reservedTypes: 'note',
  bulkMatchesExternalId: true,
  bulkScopedByCompany: true,
  postDuplicate: '400',
  companyMoves: true,
  errorItems: 'string',
  partialStatus: 206,
  partialApplies: true,
  detectNonupdates: true,
  poison: null,
  sortHonoured: true,
  selectHonoured: true,
  limitHonoured: true,
  deletedBetweenPages: null,
  listHasExternalId: true,
  contactId: 'stored',
  unknownCustom: 'store',
  emailOnlyPersons: 'keep',
  extidSpaces: 'ok',
  unixDates: 'as-milliseconds',
  maxDescription: null,
  longDescriptions: 'refused',
  markup: 'kept',
  datePrecision: 'milliseconds',
  deleteForbidden: false,
  forbiddenPaths: [],
  planhatRateHeaders: 'none',
  planhatParallel: 50,
  errorShape: 'object',
  dateSkewMs: 0,
}

/** Makes every upsert of these externalIds fail, alone or with its whole batch. */
export function poisonIds(externalIds: Iterable<string>, how: PoisonKind = 'item'): Poison {
  const poisoned = new Set(externalIds)
  return (item) => (poisoned.has(String(item['externalId'])) ? how : null)
}
