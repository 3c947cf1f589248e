/**
 * The JSON of docs/contract.md section 5, written down a second time. Fields may be added; none may be renamed or go.
 */
import { z } from 'zod'

const count = z.int().min(0)
const text = z.string()
const time = z.iso.datetime()
const counts = <K extends string>(...keys: readonly K[]) =>
  z.looseObject(Object.fromEntries(keys.map((key) => [key, count])) as Record<K, typeof count>)

export const BUCKET_NAMES = [
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

const DRIFT_NAMES = [
  'in-sync',
  'missing',
  'changed',
  'moved',
  'stale-placeholder',
  'duplicate',
  'orphan',
  'edited',
  'deleted',
  'unsupported',
  'foreign',
] as const

export const summaryShape = z.looseObject({
  schemaVersion: z.literal(1),
  run: z.looseObject({
    id: text.min(1),
    command: text.min(1),
    mode: z.enum(['plan', 'apply', 'report', 'fix']),
    startedAt: time,
    endedAt: time,
    since: time.or(z.literal('')),
    until: time.or(z.literal('')),
    exitCode: count,
  }),
  calls: z
    .looseObject({ read: count, buckets: counts(...BUCKET_NAMES) })
    .refine(
      ({ read, buckets }) => Object.values(buckets).reduce((a, b) => Number(a) + Number(b), 0) === read,
      { error: 'the buckets do not sum to the calls read' },
    ),
  transcripts: counts('eligible', 'ready', 'pending', 'none', 'denied'),
  records: counts('create', 'update', 'unchanged', 'hold', 'skip'),
  applied: counts('created', 'updated', 'unchanged', 'deleted', 'held', 'failed').optional(),
  drift: counts(...DRIFT_NAMES).optional(),
  requests: z.looseObject({
    aircall: counts('total', 'pages', 'transcripts', 'throttled', 'retried'),
    planhat: counts('total', 'reads', 'writes', 'throttled', 'retried'),
  }),
  files: z.looseObject({ review: text, report: text, failures: text, summary: text.min(1) }),
  warnings: z.array(z.looseObject({ code: text.min(1), message: text.min(1) })),
})
export type SummaryBody = z.infer<typeof summaryShape>

export const errorShape = z.strictObject({
  error: z.strictObject({
    code: text.regex(/^[A-Z][A-Z0-9_]+$/),
    message: text.min(1),
    suggestions: z.array(text.min(1)),
    exitCode: count.min(1),
  }),
})

export const indexShape = z.looseObject({
  endUsers: count,
  withPhone: count,
  numbers: count,
  shared: count,
  unusable: z.array(z.looseObject({ reason: text.min(1), count: count.min(1) })),
  source: text.min(1),
  builtAt: time,
})

const DECISIONS = BUCKET_NAMES.filter((name) => name !== 'in-progress' && name !== 'filtered')
export const lookupShape = z.looseObject({
  review: z.looseObject({ decision: z.enum(['always', 'never']) }).nullable(),
  input: text,
  e164: text.nullable(),
  decision: z.enum(DECISIONS),
  tier: text,
  endUsers: z.array(
    z.looseObject({ id: text, name: text, email: text, companyId: text, companyName: text, field: text }),
  ),
})

export const explainShape = z.looseObject({
  call: z.looseObject({}),
  match: z.looseObject({}),
  transcript: z.looseObject({ state: text }),
  records: z.array(
    z.looseObject({
      externalId: text,
      action: text,
      payload: z.looseObject({}).nullable(),
      planhat: z.looseObject({}).nullable(),
      changes: z.array(z.unknown()),
    }),
  ),
})
