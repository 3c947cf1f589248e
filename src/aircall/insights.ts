import { z } from 'zod'
import type { Insight } from '../content-settings.ts'
import { RecordError } from '../errors.ts'
import { describeIssues, idSchema } from './schema.ts'

/** As `Insights` has it: a summary is a text, anything else a list. */
export type InsightValue = string | readonly string[]

/** `empty`: 404, 202, 400, or nothing in it yet. An empty list is an answer: there is nothing to say. */
export type InsightAnswer =
  | { readonly kind: 'ready'; readonly value: InsightValue }
  | { readonly kind: 'empty'; readonly status: number }
  | { readonly kind: 'denied'; readonly message: string }

const text = z.string().nullish()
const words = z.array(z.string()).nullish()
const items = z.array(z.union([z.string(), z.object({ content: text })])).nullish()
const participants = z.array(z.object({ type: text, participant_type: text, value: text })).nullish()

interface Kind {
  /** The last part of the path. */
  readonly path: string
  /** The keys that the answer may be wrapped in: documented, and as the path has it. */
  readonly wrappers: readonly string[]
  /** Null: not there yet. */
  readonly read: (body: unknown) => InsightValue | null
}

/** docs/reference/aircall-api.md section 4: paths and answers; one of the keys is singular where its path is not. */
const KINDS: Readonly<Record<Insight, Kind>> = {
  summary: {
    path: 'summary',
    wrappers: ['summary'],
    read: (body) => {
      const content = parse(z.object({ content: text }), body).content?.trim() ?? ''
      return content === '' ? null : content
    },
  },
  topics: {
    path: 'topics',
    wrappers: ['topic', 'topics'],
    read: (body) => cleaned(parse(z.object({ content: words }), contentOf(body)).content),
  },
  sentiment: {
    path: 'sentiments',
    wrappers: ['sentiment', 'sentiments'],
    read: (body) => {
      const found = parse(z.object({ participants }), body).participants
      const values = found?.filter((one) => !isInternal(one)).map(({ value }) => value?.toLowerCase())
      return cleaned(values)
    },
  },
  actionItems: {
    path: 'action_items',
    wrappers: ['action_items', 'action_item'],
    read: (body) => {
      const found = parse(z.object({ content: items }), contentOf(body)).content
      return cleaned(found?.map((one) => (typeof one === 'string' ? one : one.content)))
    },
  },
}

export function insightPath(name: Insight): string {
  return KINDS[name].path
}

/**
 * The body of `GET /v1/calls/:id/<insight>`, wrapped as documented or bare; null where it is not there yet. PURE.
 * @throws RecordError INSIGHT_SHAPE that names the path, never the text; also when it is another call's.
 */
export function parseInsight(name: Insight, raw: unknown, callId: string): InsightValue | null {
  try {
    const body = unwrap(raw, KINDS[name].wrappers)
    refuseOther(body, callId)
    return KINDS[name].read(body)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    throw new RecordError('INSIGHT_SHAPE', `The ${name} of call ${callId}: ${describeIssues(error)}`)
  }
}

function unwrap(raw: unknown, wrappers: readonly string[]): unknown {
  if (!isObject(raw)) return {}
  const wrapper = wrappers.find((key) => key in raw)
  return wrapper === undefined ? raw : (raw[wrapper] ?? {})
}

/** A list that stands for itself, without `content` around it. */
function contentOf(body: unknown): unknown {
  return Array.isArray(body) ? { content: body } : body
}

function refuseOther(body: unknown, callId: string): void {
  const id = isObject(body) ? idSchema.safeParse(body['call_id']) : null
  if (id?.success !== true || id.data === callId) return
  throw new RecordError(
    'INSIGHT_SHAPE',
    `Asked about call ${callId}, Aircall answered about call ${id.data}.`,
  )
}

function isInternal(one: {
  readonly type?: string | null | undefined
  participant_type?: string | null | undefined
}) {
  return (one.type ?? one.participant_type) === 'internal'
}

/** Without blanks and repetitions; null where there is no list at all. */
function cleaned(values: readonly (string | null | undefined)[] | null | undefined): string[] | null {
  if (values == null) return null
  return [...new Set(values.map((value) => value?.trim() ?? '').filter((value) => value !== ''))]
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  return schema.parse(body)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
