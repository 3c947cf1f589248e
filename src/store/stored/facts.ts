import { z } from 'zod'
import type { FieldKind } from '../../conversation/custom.ts'
import type { Line, PlanhatUser } from '../../domain.ts'
import { line } from './content.ts'
import { every, Shape } from './shape.ts'

const text = z.string()

/** The account's own lines, as Aircall listed them last. */
export const LINES = new Shape<readonly Line[]>('the lines of the account', 1, z.array(line))

/** Planhat's users, as they were listed last. */
export const PLANHAT_USERS = new Shape<readonly PlanhatUser[]>(
  "Planhat's users",
  1,
  z.array(every<PlanhatUser>()({ id: text, email: text.nullable(), name: text.nullable() })),
)

/** Planhat's custom fields of Conversations that are written, as they were read last. */
export const FIELD_KINDS = new Shape<readonly (FieldKind & { readonly name: string })[]>(
  "the kinds of Planhat's custom fields",
  1,
  z.array(every<FieldKind & { readonly name: string }>()({ name: text, type: text, options: z.array(text) })),
)

/** How many calls the last run looked up, and the share that matched. */
export const LAST_MATCH = new Shape(
  'the last match rate',
  1,
  z.object({ rate: z.number(), calls: z.number() }),
)

/** What the write probe learnt of a tenant, when, and in the order of its questions. */
export const PROBE_ANSWERS = new Shape(
  'the answers of the write probe',
  1,
  z.object({
    atMs: z.number(),
    answers: z.array(z.object({ name: text, answer: text, detail: text })),
    bulkMatches: z.boolean().nullable(),
  }),
)

/** Conversations that the write probe made or was about to make, until they are known to be gone. */
export const PROBE_NOTES = new Shape(
  'the notes of the write probe',
  1,
  z.array(
    z.object({
      externalId: text,
      companyIds: z.array(text),
      tenant: text,
      atMs: z.number(),
      isAnswered: z.boolean(),
    }),
  ),
)

/** The accounts that a state belongs to. */
export const TENANT_PIN = new Shape(
  'the accounts of this state',
  1,
  z.object({
    aircall: z.object({ print: text, name: text.nullable() }).nullable(),
    planhat: z.object({ print: text }).nullable(),
  }),
)
