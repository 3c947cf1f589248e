import type { z } from 'zod'
import type { Agent, Line } from '../domain.ts'
import type { HttpClient } from '../http/client.ts'
import { parseAnswer } from './answer.ts'
import { toAgent, toLine } from './call.ts'
import {
  describeIssues,
  numberSchema,
  numbersEnvelopeSchema,
  userSchema,
  usersEnvelopeSchema,
} from './schema.ts'
import { MAX_POSITION, PAGE_SIZE } from './windows.ts'

/** What a list gave. `unreadable` says of each row that was left out what is wrong with it, never its values. */
export interface Listing<T> {
  readonly items: T[]
  readonly unreadable: string[]
}

/** All lines of the account. @throws HttpError also on 404: whether that means "none" is the caller's matter. */
export async function readNumbers(http: HttpClient, signal?: AbortSignal): Promise<Listing<Line>> {
  const listing: Listing<Line> = { items: [], unreadable: [] }
  const pages = readAll({ http, path: '/v1/numbers', schema: numbersEnvelopeSchema, signal })
  for await (const { numbers } of pages) addRows(listing, numbers, numberSchema, toLine)
  return listing
}

/** All people of the account. Version 2 of the path: version 1 was removed on 2026-09-30. */
export async function readUsers(http: HttpClient, signal?: AbortSignal): Promise<Listing<Agent>> {
  const listing: Listing<Agent> = { items: [], unreadable: [] }
  const pages = readAll({ http, path: '/v2/users', schema: usersEnvelopeSchema, signal })
  for await (const { users } of pages) addRows(listing, users, userSchema, toAgent)
  return listing
}

/** One odd row is no reason to have none of the others. */
function addRows<Row, T>(
  { items, unreadable }: Listing<T>,
  rows: readonly unknown[],
  schema: z.ZodType<Row>,
  toItem: (row: Row) => T,
): void {
  for (const row of rows) {
    const parsed = schema.safeParse(row)
    if (parsed.success) items.push(toItem(parsed.data))
    else unreadable.push(describeIssues(parsed.error))
  }
}

interface ListOptions<T> {
  readonly http: HttpClient
  readonly path: string
  readonly schema: z.ZodType<T>
  readonly signal: AbortSignal | undefined
}

async function* readAll<T extends { meta: { total: number; per_page?: number | null | undefined } }>(
  options: ListOptions<T>,
): AsyncGenerator<T> {
  const { http, path, signal } = options
  for (let page = 1; page * PAGE_SIZE <= MAX_POSITION; page++) {
    const query = { page, per_page: PAGE_SIZE, order: 'asc' }
    const { json } = await http.request({ method: 'GET', path, query, priority: 'page', signal })
    const answer = parseAnswer(options.schema, json, `GET ${path}`)
    yield answer
    if (page * (answer.meta.per_page ?? PAGE_SIZE) >= answer.meta.total) return
  }
}
