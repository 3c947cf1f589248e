import { z } from 'zod'
import type { Payload, Person, RemoteRecord } from '../../records.ts'
import { every, Shape } from './shape.ts'

const text = z.string()
const optionalText = text.exactOptional()
const person = every<Person>()({ id: optionalText, name: optionalText, email: optionalText })
const customValue = z.union([text, z.number(), z.boolean(), z.array(text)])

/** What a row of a plan shows, in the order of its columns. */
export const CELLS = new Shape<readonly string[]>('a row of a plan', 1, z.array(z.string()))

/** What was sent and what was confirmed: the base of every later comparison. */
export const PAYLOAD = new Shape<Payload>(
  'a payload',
  1,
  every<Payload>()({
    externalId: text,
    type: text,
    subject: text,
    description: text,
    date: text,
    companyId: text,
    contactId: optionalText,
    endusers: z.array(person),
    users: z.array(person),
    custom: z.record(text, customValue).exactOptional(),
  }),
)

/** The names of fields that are sent. */
export const FIELD_NAMES = new Shape<readonly string[]>('names of fields', 1, z.array(text))

export const REMOTE_RECORD = new Shape<RemoteRecord>(
  'a Conversation',
  1,
  every<RemoteRecord>()({
    _id: text,
    externalId: optionalText,
    companyId: optionalText,
    type: optionalText,
    subject: optionalText,
    description: optionalText,
    date: optionalText,
    contactId: optionalText,
    endusers: z.array(person),
    users: z.array(person),
    custom: z.record(text, z.unknown()),
    createDate: optionalText,
  }),
)
