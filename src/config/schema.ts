import { isSupportedCountry } from 'libphonenumber-js/max'
import { z } from 'zod'
import { CUSTOM_SOURCES, INSIGHTS } from '../content-settings.ts'
import { compileRedactor } from '../conversation/redact.ts'

/**
 * The configuration file (docs/contract.md section 7). Every key is optional here, because a profile's section
 * and the file itself are laid over `DEFAULT_CONFIG` in `defaults.ts`. Descriptions and bounds go into
 * the JSON Schema that editors read (`schema/aircall-sync.config.schema.json`).
 */
const text = z.string().min(1)
const count = z.int().min(0)
const partial = <T extends z.core.$ZodLooseShape>(shape: T) => z.strictObject(shape).partial()

const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'expected two capital letters, such as "US"')
  .refine(isSupportedCountry, 'no country that has telephone numbers has this code (ISO 3166-1 alpha-2)')
  .describe('Country of numbers that are written without one (ISO 3166-1 alpha-2).')

const timezone = text
  .refine(isTimeZone, 'not a time zone of the IANA database, such as "Europe/Paris"')
  .describe('IANA time zone of dates on the command line and in reports.')

const phoneField = z
  .string()
  .regex(/^(phone|[A-Za-z]\w*|custom\..+)$/, 'expected "phone" or "custom.<name of the field>"')

const template = text.describe('Must hold {callId}.').regex(/\{callId\}/, 'must hold {callId}')

const conversation = partial({
  type: text.describe('Conversation type of the records; must exist in Planhat, else Planhat stores a note.'),
  records: z.enum(['split', 'merged']).describe('One record a call and one a transcript, or one of both.'),
  recordingField: text.describe('Custom field of Conversations that takes the link of the recording.'),
  externalId: partial({ call: template, transcript: template }),
  subjects: partial({
    inboundCall: text,
    outboundCall: text,
    inboundTranscript: text,
    outboundTranscript: text,
  }).describe('Subject lines; {who} is the End User.'),
  customFields: z
    .record(text, z.enum(CUSTOM_SOURCES))
    .describe('Further custom fields of Planhat and what goes into them.'),
  users: z.record(text, text).describe('Aircall agent (e-mail or name) to Planhat user id.'),
  maxTranscriptChars: z.int().min(1000).max(5_000_000),
  content: partial({
    notes: z.boolean().describe('Notes that agents left on the call.'),
    transfers: z.boolean().describe('Who passed the call on to whom, and the call that it continues.'),
    insights: z
      .array(z.enum(INSIGHTS))
      // Named twice is named once: it would be asked for and counted twice.
      .overwrite((kinds) => [...new Set(kinds)])
      .describe("What Aircall's AI says of a call; each costs one request a call."),
    insightsMinTalkSeconds: count.describe('Calls with less talk are not asked for insights.'),
  }).describe("What the call record's description has beside how the call went."),
})

const match = partial({
  fallbackNumber: text.nullable().describe('Calls that match nobody go to the one holder of this number.'),
  ownNumbers: z.array(text).describe('Further numbers of your own, besides the lines Aircall lists.'),
  archivedMayMatch: z.boolean(),
})

const redactRule = z.union([
  z.enum(['card', 'iban', 'email', 'phone']),
  z.strictObject({
    name: text,
    pattern: text.refine(
      isPattern,
      'not a regular expression that is sure to end: at most ' +
        '200 characters, no look-around, no reference back',
    ),
  }),
])

const transcripts = partial({
  enabled: z.boolean(),
  giveUpAfterHours: z
    .number()
    .min(0)
    .max(24 * 365)
    .describe("Hours after a call's end until a missing transcript counts as none."),
  search: z
    .enum(['learn', 'all'])
    .describe('Ask where a transcript can be, by what was learnt of each line; or ask for every call.'),
  verifyPerRun: z
    .int()
    .min(0)
    .max(100_000)
    .describe('So many calls that are assumed to have no transcript are asked for by each reconcile.'),
  redact: z.array(redactRule).describe('Removed from transcripts before anything is stored or sent.'),
})

// Aircall allows 60 a minute and at most 120 by arrangement; a sandbox may allow far more.
const rate = z.number().min(1).max(100_000)
const limits = partial({ aircallPerMinute: rate, planhatPerMinute: rate })

const share = z.number().min(0).max(1)
const guards = partial({
  maxChanges: count.nullable().describe('Refuse a run that would write more records; null: no limit.'),
  maxDeletes: count.describe('Refuse a run that would delete more records.'),
  maxShareOfOneEndUser: share.describe('Refuse when one End User gets more than this share of the calls.'),
  minMatchRate: share.nullable().describe('Refuse when fewer of the calls match; null: no limit.'),
})

const sectionShape = {
  defaultCountry: country,
  timezone,
  phoneFields: z.array(phoneField).min(1),
  conversation,
  match,
  transcripts,
  limits,
  guards,
  index: partial({ maxAgeHours: z.number().min(0).describe('An older phone index gives a warning.') }),
  planhat: partial({
    strategy: z.enum(['auto', 'bulk', 'resolve', 'single']).describe('How records are written.'),
    batchItems: z.int().min(1).max(5000),
    batchBytes: z.int().min(1000).max(32_000_000),
  }),
}

export const PROFILE_NAME = /^(?!\.+$)[A-Za-z0-9._-]{1,64}$/

/** What the file may hold: the settings, and per profile the same settings again. */
export const configFileSchema = partial({
  $schema: z.string(),
  ...sectionShape,
  profiles: z
    .record(
      z.string().regex(PROFILE_NAME, 'expected 1 to 64 letters, digits, dots, dashes or underscores'),
      partial(sectionShape),
    )
    .describe('Settings of one profile; they win over the ones above.'),
})
export type ConfigFile = z.infer<typeof configFileSchema>

/** The configuration in force: what the file may hold, every key filled. */
export type Config = Filled<Omit<ConfigFile, '$schema' | 'profiles'>>

/** Without optional keys at any depth; a map of free names and a list stay what they are. */
type Filled<T> = T extends readonly unknown[]
  ? Readonly<T>
  : T extends object
    ? string extends keyof T
      ? Readonly<T>
      : { readonly [K in keyof T]-?: Filled<Exclude<T[K], undefined>> }
    : T

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** A pattern is refused when the file is read, not after an hour of reading calls. */
function isPattern(pattern: string): boolean {
  try {
    compileRedactor([{ name: 'custom', pattern }])
    return true
  } catch {
    return false
  }
}
