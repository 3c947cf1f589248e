import { defaultConversationSettings } from '../conversation/settings.ts'
import type { ConversationSettings, GuardSettings, MatchSettings } from '../domain.ts'

export type RedactRule =
  | 'card'
  | 'iban'
  | 'email'
  | 'phone'
  | { readonly name: string; readonly pattern: string }

/** The configuration in force: every key filled. */
export interface Config {
  readonly defaultCountry: string
  readonly timezone: string
  readonly phoneFields: readonly string[]
  readonly conversation: ConversationSettings
  readonly match: Omit<MatchSettings, 'defaultCountry'>
  readonly transcripts: {
    readonly enabled: boolean
    readonly giveUpAfterHours: number
    readonly redact: readonly RedactRule[]
  }
  readonly limits: { readonly aircallPerMinute: number; readonly planhatPerMinute: number }
  readonly guards: GuardSettings
  readonly index: { readonly maxAgeHours: number }
  readonly planhat: {
    readonly strategy: 'auto' | 'bulk' | 'resolve' | 'single'
    readonly batchItems: number
    readonly batchBytes: number
  }
}

/** docs/contract.md sections 6 and 7: parity with Planhat's recommended automation. */
export const DEFAULT_CONFIG: Config = {
  defaultCountry: 'US',
  timezone: 'UTC',
  phoneFields: ['phone', 'custom.Phone 2'],
  conversation: defaultConversationSettings,
  match: { fallbackNumber: null, ownNumbers: [], archivedMayMatch: false },
  transcripts: { enabled: true, giveUpAfterHours: 72, redact: [] },
  limits: { aircallPerMinute: 60, planhatPerMinute: 180 },
  guards: { maxChanges: null, maxDeletes: 0, maxShareOfOneEndUser: 0.5, minMatchRate: null },
  index: { maxAgeHours: 24 },
  planhat: { strategy: 'auto', batchItems: 500, batchBytes: 8_000_000 },
}

/** The matching room takes the country with its settings. */
export function toMatchSettings(config: Config): MatchSettings {
  return { defaultCountry: config.defaultCountry, ...config.match }
}
