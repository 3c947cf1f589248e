import { defaultConversationSettings } from '../conversation/settings.ts'
import type { MatchSettings } from '../domain.ts'
import type { Config } from './schema.ts'

/** docs/contract.md sections 6 and 7: parity with Planhat's recommended automation. */
export const DEFAULT_CONFIG: Config = {
  defaultCountry: 'US',
  timezone: 'UTC',
  phoneFields: ['phone', 'custom.Phone 2'],
  conversation: defaultConversationSettings,
  match: { fallbackNumber: null, ownNumbers: [], archivedMayMatch: false },
  transcripts: { enabled: true, giveUpAfterHours: 72, search: 'learn', verifyPerRun: 200, redact: [] },
  limits: { aircallPerMinute: 60, planhatPerMinute: 180 },
  guards: { maxChanges: null, maxDeletes: 0, maxShareOfOneEndUser: 0.5, minMatchRate: null },
  index: { maxAgeHours: 24 },
  // A tenth of Planhat's 5,000 items and a quarter of its 32 MB (docs/reference/planhat-api.md section 1): 10,000 calls
  // and transcripts of 15 kB on average take 20 to 40 requests, and a refused batch is narrowed down in nine steps.
  planhat: { strategy: 'auto', batchItems: 500, batchBytes: 8_000_000 },
}

/** The matching room takes the country with its settings. */
export function toMatchSettings(config: Config): MatchSettings {
  return { defaultCountry: config.defaultCountry, ...config.match }
}
