import { z } from 'zod'

/**
 * Aircall's answers as far as they are used: strict there, loose on everything else, because nested
 * objects are abridged differently by position (docs/reference/aircall-api.md section 8, trap 20).
 */

/**
 * A number or a numeric string; kept as a string, because live ids exceed 2^31. `toFixed` writes the same digits as
 * `String` (up to 2^53, where `z.int` ends), but V8 keeps what `String` makes among the old objects.
 */
export const idSchema = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d*$/)])
  .transform((id) => (typeof id === 'number' ? id.toFixed(0) : id))

/**
 * UNIX seconds or ISO 8601: Aircall mixes both (docs/reference/aircall-api.md section 3). Yields whole UNIX seconds.
 */
export const timeSchema = z.union([z.number(), z.string()]).transform((time, context) => {
  const seconds = readSeconds(time)
  if (seconds !== null) return seconds
  context.addIssue({ code: 'custom', message: 'Invalid time: expected UNIX seconds or ISO 8601' })
  return z.NEVER
})

/** Beyond the year 5000: not seconds. */
const MAX_SECONDS = 1e11

function readSeconds(time: number | string): number | null {
  const number = typeof time === 'string' && /^\d+(\.\d+)?$/.test(time) ? Number(time) : time
  const seconds = typeof number === 'number' ? number : Date.parse(number) / 1_000
  return seconds >= 0 && seconds < MAX_SECONDS ? Math.floor(seconds) : null
}

const text = z.string().nullish()

/** `{}` stands for nobody in webhook-born samples (docs/reference/aircall-api.md section 6), null in list items. */
const emptyAsNull = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? null : value

export const userSchema = z.object({ id: idSchema, name: text, email: text })
const maybeUser = z.preprocess(emptyAsNull, userSchema.nullish())
export const numberSchema = z.object({ id: idSchema, name: text, digits: text, country: text })

const participantSchema = z.object({
  type: text,
  participant_type: text,
  phone_number: text,
  name: text,
})

/**
 * `posted_at` is a number live and a string in the documentation; `posted_by`
 * null where the API wrote it (section 3).
 */
const commentSchema = z.object({
  content: text,
  posted_at: timeSchema.nullish().catch(null),
  posted_by: z.preprocess(emptyAsNull, z.object({ name: text, email: text }).nullish()),
})

/** Compiled: of everything that is read, calls are most, and interpreting their schema costs ten times as much. */
export const callSchema = z.compile(
  z.object({
    id: idSchema,
    direction: z.enum(['inbound', 'outbound']),
    status: z.enum(['initial', 'answered', 'done']),
    started_at: timeSchema,
    answered_at: timeSchema.nullish(),
    ended_at: timeSchema.nullish(),
    missed_call_reason: text,
    raw_digits: z.union([z.string(), z.number()]).nullish(),
    voicemail: text,
    asset: text,
    user: maybeUser,
    number: z.preprocess(emptyAsNull, numberSchema.nullish()),
    participants: z.array(participantSchema).nullish(),
    conference_participants: z.array(participantSchema).nullish(),
    tags: z.array(z.union([z.string(), z.object({ name: text })])).nullish(),
    comments: z.array(commentSchema).nullish(),
    teams: z.array(z.object({ name: text })).nullish(),
    transferred_by: maybeUser,
    transferred_to: maybeUser,
  }),
)

const metaSchema = z.object({
  total: z.int().nonnegative(),
  current_page: z.int().positive().nullish(),
  per_page: z.int().positive().nullish(),
  /** Absent where the server sends no links at all; null on the last page. */
  next_page_link: z.string().nullish(),
})

export const callsEnvelopeSchema = z.object({ meta: metaSchema, calls: z.array(z.unknown()) })
export const usersEnvelopeSchema = z.object({ meta: metaSchema, users: z.array(z.unknown()) })
export const numbersEnvelopeSchema = z.object({ meta: metaSchema, numbers: z.array(z.unknown()) })
export const callEnvelopeSchema = z.object({ call: z.unknown() })
export const companyEnvelopeSchema = z.object({ company: z.object({ name: text }) })

const utteranceSchema = z.object({
  start_time: z.coerce.number().nullish().catch(null),
  text,
  participant_type: text,
  phone_number: text,
})

export const transcriptionSchema = z.compile(
  z.object({
    call_id: idSchema.nullish(),
    type: text,
    content: z.object({ language: text, utterances: z.array(utteranceSchema).nullish() }).nullish(),
  }),
)

/** Where the input is wrong and what was expected there; never the value itself. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'the answer'}: ${issue.message}`)
    .join('; ')
}
