/**
 * The words of this program: types, and the constants they derive from. Every room imports this file, it imports none.
 *
 * Units: a time named `...At` is UNIX seconds (Aircall's own unit), a time named `...Ms` is UNIX
 * milliseconds, a duration carries its unit in its name.
 */

/** A telephone number in E.164 (`+33176360695`), valid by libphonenumber's full metadata. */
export type E164 = string & { readonly __brand: 'E164' }

/** ISO 3166-1 alpha-2, upper case (`FR`). */
export type CountryCode = string

/** Half-open, in UNIX seconds: `since <= started_at < until`. */
export interface DateRange {
  readonly since: number
  readonly until: number
}

export type Direction = 'inbound' | 'outbound'
export type Outcome = 'answered' | 'missed' | 'voicemail'

export interface Agent {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
}

/** An Aircall line: a number of the account itself. */
export interface Line {
  readonly id: string
  readonly name: string | null
  readonly digits: string | null
  readonly country: CountryCode | null
}

export interface Participant {
  readonly kind: 'user' | 'contact' | 'external' | 'ai_voice_agent' | 'other'
  readonly phoneNumber: string | null
  readonly name: string | null
}

/** One Aircall call, as this program understands it. Ids are strings: they exceed 2^31. */
export interface Call {
  readonly id: string
  readonly direction: Direction
  readonly status: 'initial' | 'answered' | 'done'
  readonly startedAt: number
  readonly answeredAt: number | null
  readonly endedAt: number | null
  readonly missedReason: string | null
  /** The external party as Aircall gives it: pretty international, or the literal `anonymous`. */
  readonly rawDigits: string | null
  readonly hasVoicemail: boolean
  /** The stable page of the recording or voicemail (needs an Aircall login); never the signed link. */
  readonly asset: string | null
  readonly agent: Agent | null
  readonly line: Line | null
  readonly participants: readonly Participant[]
  readonly tags: readonly string[]
  /** What agents noted, oldest first; Aircall keeps at most five a call (docs/reference/aircall-api.md section 3). */
  readonly comments: readonly Comment[]
  /** The names of the teams that were rung; inbound calls only. */
  readonly teams: readonly string[]
  /** Who passed the call on to this one, and to whom this one was passed on: two calls, no id in common. */
  readonly transferredBy: Agent | null
  readonly transferredTo: Agent | null
}

/** A note that an agent left on a call. */
export interface Comment {
  readonly content: string
  /** Null where a program wrote it, or its author has no name. */
  readonly author: string | null
  readonly postedAt: number | null
}

export interface PhoneField {
  /** `phone` or `custom.<display name>`. */
  readonly field: string
  readonly raw: string
}

export interface EndUser {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly companyId: string
  readonly companyName: string | null
  /** The End User's or the company's country, when the source has one. */
  readonly country: CountryCode | null
  readonly archived: boolean
  readonly phones: readonly PhoneField[]
}

/** 1 equal E.164; 2 equal after a country was supplied; 3 a known variant of one number (proposed). */
export type Tier = 1 | 2 | 3

/** An End User who has a number, with the field it stands in and how it was read. */
export interface Holder {
  readonly endUser: Omit<EndUser, 'phones'>
  readonly field: string
  readonly tier: Tier
  /** For a proposal: the stored number that fits, as it is read or, where it cannot be, as it is written. */
  readonly stored?: string
}

/** In the order of docs/contract.md section 5, for totals and reports. */
export const BUCKETS = [
  'matched',
  'shared-line',
  'ambiguous',
  'unmatched',
  'anonymous',
  'invalid-number',
  'own-number',
  'in-progress',
  'filtered',
  'proposed',
] as const
export type Bucket = (typeof BUCKETS)[number]

interface MatchBase {
  /** E.164 where it parses, else as Aircall gave it, else null. */
  readonly number: string | null
  /** The decision in one sentence, for people. Holds no transcript text. */
  readonly because: string
}

/** What was decided about whose call this is. Exactly one kind a call; the kinds are the buckets. */
export type Match =
  | (MatchBase & {
      readonly kind: 'matched'
      readonly companyId: string
      readonly companyName: string | null
      /** First the End User of the deciding number, then further external parties of the same company. */
      readonly endUsers: readonly [Omit<EndUser, 'phones'>, ...Omit<EndUser, 'phones'>[]]
      readonly field: string
      readonly tier: Tier
      readonly via: 'phone' | 'review' | 'fallback'
    })
  | (MatchBase & {
      readonly kind: 'shared-line'
      readonly companyId: string
      readonly companyName: string | null
      readonly candidates: readonly Holder[]
      readonly field: string
      readonly tier: Tier
      readonly via: 'phone' | 'review' | 'fallback'
    })
  | (MatchBase & {
      readonly kind: 'ambiguous' | 'proposed'
      readonly candidates: readonly Holder[]
      readonly declined?: true
    })
  | (MatchBase & {
      readonly kind: 'unmatched'
      /** Archived End Users who have the number: shown, never a ground for a write. */
      readonly candidates: readonly Holder[]
      /** A reviewer said that the number is nobody's: its calls are skipped. */
      readonly declined?: true
    })
  | (MatchBase & {
      readonly kind: 'anonymous' | 'invalid-number' | 'own-number' | 'in-progress' | 'filtered'
    })

export interface MatchSettings {
  readonly defaultCountry: CountryCode
  readonly fallbackNumber: string | null
  readonly ownNumbers: readonly string[]
  readonly archivedMayMatch: boolean
}

export interface GuardSettings {
  readonly maxChanges: number | null
  readonly maxDeletes: number
  readonly maxShareOfOneEndUser: number
  readonly minMatchRate: number | null
}

/** A Planhat user, from the one list request a run. */
export interface PlanhatUser {
  readonly id: string
  readonly email: string | null
  readonly name: string | null
}

/** Passed in wherever time is needed, so that no test waits. */
export interface Clock {
  nowMs(): number
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type Warning = { readonly code: string; readonly message: string }
