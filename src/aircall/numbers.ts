import type { z } from 'zod'
import type { Agent, Line } from '../domain.ts'
import type { HttpClient } from '../http/client.ts'
import { parseAnswer } from './answer.ts'
import { toAgent, toLine } from './call.ts'
import { numbersEnvelopeSchema, usersEnvelopeSchema } from './schema.ts'
import { MAX_POSITION, PAGE_SIZE } from './windows.ts'

/** All lines of the account. @throws HttpError also on 404: whether that means "none" is the caller's matter. */
export async function readNumbers(http: HttpClient, signal?: AbortSignal): Promise<Line[]> {
  const pages = readAll({ http, path: '/v1/numbers', schema: numbersEnvelopeSchema, signal })
  const lines: Line[] = []
  for await (const { numbers } of pages) lines.push(...numbers.map(toLine))
  return lines
}

/** All people of the account. Version 2 of the path: version 1 was removed on 2026-09-30. */
export async function readUsers(http: HttpClient, signal?: AbortSignal): Promise<Agent[]> {
  const pages = readAll({ http, path: '/v2/users', schema: usersEnvelopeSchema, signal })
  const agents: Agent[] = []
  for await (const { users } of pages) agents.push(...users.map(toAgent))
  return agents
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
