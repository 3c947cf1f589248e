import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { PlanhatUser } from '../domain.ts'
import { FatalError } from '../errors.ts'
import type { Person, RemoteRecord } from '../records.ts'

/** A row of a list, before it is read: known to be an object with its key. */
export type Row = Readonly<Record<string, unknown>> & { readonly _id: string }

const text = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined)
/** Compiled, as everything that is read by the hundred thousand. */
const rowSchema = z.compile(z.looseObject({ _id: z.string().min(1) }))
const personSchema = z.compile(
  z.union([
    z.string().transform((id) => ({ id })),
    z.looseObject({ id: text, _id: text, name: text, email: text }),
  ]),
)

const conversationSchema = z.compile(
  z.looseObject({
    _id: z.string().min(1),
    externalId: text,
    companyId: text,
    type: text,
    subject: text,
    description: text,
    date: text,
    contactId: text,
    createDate: text,
    endusers: z.array(z.unknown()).catch([]),
    users: z.array(z.unknown()).catch([]),
    custom: z.record(z.string(), z.unknown()).catch({}),
  }),
)

const userSchema = z.compile(
  z.looseObject({
    _id: z.string().min(1),
    email: text,
    nickName: text,
    firstName: text,
    lastName: text,
  }),
)

/** @throws FatalError `PLANHAT_SHAPE` that names the path (`GET /users: [3]._id`), never the value. */
export function readRow(raw: unknown, where: string): Row {
  return parse(rowSchema, raw, where) as Row
}

/** What stands for the `_id` of a row that has none, so that it is counted once and never taken for a key. */
const KEYLESS = 'no _id: '

export const isKeyless = (row: Row): boolean => row._id.startsWith(KEYLESS)

/** As `readRow`, but a row without its key is a row all the same: whoever reads the list counts it. */
export function readAnyRow(raw: unknown): Row {
  const parsed = rowSchema.safeParse(raw)
  if (parsed.success) return parsed.data as Row
  const text = JSON.stringify(raw) ?? ''
  const held = typeof raw === 'object' && raw !== null ? raw : {}
  return { ...held, _id: KEYLESS + createHash('sha256').update(text).digest('hex') }
}

/**
 * A Conversation as Planhat gave it: people as ids or as objects (docs/reference/planhat-api.md section 8, rule 10).
 */
export function readConversation(raw: unknown, where: string): RemoteRecord {
  const { _id, endusers, users, custom, ...row } = parse(conversationSchema, raw, where)
  return {
    _id,
    ...given({
      externalId: row.externalId,
      companyId: row.companyId,
      type: row.type,
      subject: row.subject,
      description: row.description,
      date: row.date,
      contactId: row.contactId,
      createDate: row.createDate,
    }),
    endusers: endusers.flatMap(readPerson),
    users: users.flatMap(readPerson),
    custom,
  }
}

export function readUser(raw: unknown, where: string): PlanhatUser {
  const user = parse(userSchema, raw, where)
  const fullName = [user.firstName, user.lastName].filter(Boolean).join(' ')
  return { id: user._id, email: user.email ?? null, name: fullName || (user.nickName ?? null) }
}

/** Planhat's own example holds `"users":[{}]`: a person of whom nothing is known is left out. */
function readPerson(raw: unknown): Person[] {
  const parsed = personSchema.safeParse(raw)
  if (!parsed.success) return []
  const { id, _id, name, email } = parsed.data as Record<string, string | undefined>
  const person = given({ id: id ?? _id, name, email })
  return Object.keys(person).length === 0 ? [] : [person]
}

/** The text under a key, when it is one: not empty, not null. */
export function textOf(row: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = row[key]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Leaves the keys out that have nothing to say. */
function given<T extends Record<string, unknown>>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
}

function parse<T>(schema: z.ZodType<T>, raw: unknown, where: string): T {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new FatalError('PLANHAT_SHAPE', `${where}: ${path || 'a row'} is not what Planhat documents.`, {
    suggestions: ['Run `aircall-sync doctor` to see what this tenant answers.'],
  })
}
