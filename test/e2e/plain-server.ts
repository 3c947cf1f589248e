/**
 * Another Aircall and Planhat than our sandbox: the smallest server that somebody else would write from the public
 * documentation, with answers as bare as that allows. It knows nothing of the program's own fakes.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Json = Record<string, unknown>

export interface PlainOptions {
  readonly calls: readonly Json[]
  readonly transcriptions?: Readonly<Record<string, unknown>>
  readonly endUsers: readonly Json[]
  /** What a path answers instead: status and body. */
  readonly instead?: Readonly<Record<string, readonly [number, unknown]>>
  /** Links to the next page, or none at all. */
  readonly links?: boolean
  /** Below everything of Aircall, as behind a proxy. */
  readonly prefix?: string
  /** List rows of Conversations as Planhat documents them: no external id, no description, whatever is selected. */
  readonly slimRows?: boolean
  readonly bulk?: 'full' | 'counts' | 'empty' | 'not-there'
  readonly createdStatus?: 200 | 201
}

export interface PlainServer {
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  readonly conversations: Map<string, Json>
  readonly requests: string[]
}

type Answer = readonly [number, unknown]

export async function servePlainly(options: PlainOptions): Promise<PlainServer> {
  const conversations = new Map<string, Json>()
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    requests.push(`${request.method} ${url.pathname}`)
    const body = await readJson(request)
    const path = url.pathname.replace(options.prefix ?? '', '')
    const [status, answer] =
      options.instead?.[`${request.method} ${path}`] ??
      answerAircall(options, path, url) ??
      answerPlanhat({ options, conversations }, `${request.method} ${path}`, body)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = {
    AIRCALL_API_ID: 'id',
    AIRCALL_API_TOKEN: 'token',
    AIRCALL_BASE_URL: `${url}${options.prefix ?? ''}`,
    PLANHAT_API_TOKEN: ' token ',
    PLANHAT_BASE_URL: url,
  }
  return { url, env, conversations, requests }
}

function answerAircall(
  { calls, transcriptions, links }: PlainOptions,
  path: string,
  url: URL,
): Answer | null {
  if (!path.startsWith('/v1/') && !path.startsWith('/v2/')) return null
  const query = url.searchParams
  const transcription = /^\/v1\/calls\/(\d+)\/transcription$/.exec(path)?.[1]
  if (transcription !== undefined) {
    const found = transcriptions?.[transcription]
    return found === undefined ? [404, { error: 'Not Found' }] : [200, found]
  }
  if (path === '/v1/ping') return [200, { ping: 'pong' }]
  if (path !== '/v1/calls') return [404, { message: 'Not Found' }]
  const [page, size] = [Number(query.get('page') ?? 1), Math.min(50, Number(query.get('per_page') ?? 20))]
  const [from, to] = [Number(query.get('from') ?? 0), Number(query.get('to') ?? 1e12)]
  const all = calls.filter((call) => Number(call['started_at']) > from && Number(call['started_at']) <= to)
  const rows = all.slice((page - 1) * size, page * size)
  const next = page * size < all.length ? `${url.origin}/v1/calls?page=${page + 1}` : null
  return [200, { meta: { total: all.length, ...(links === true && { next_page_link: next }) }, calls: rows }]
}

interface Tenant {
  readonly options: PlainOptions
  readonly conversations: Map<string, Json>
}

function answerPlanhat(tenant: Tenant, asked: string, body: unknown): Answer {
  const { options, conversations } = tenant
  if (asked === 'GET /endusers') return [200, options.endUsers]
  if (/^GET \/(companies|users|customfields)$/.test(asked)) return [200, []]
  if (asked === 'GET /conversations')
    return [200, [...conversations.values()].map((one) => rowOf(tenant, one))]
  if (asked === 'POST /conversations') return [options.createdStatus ?? 200, create(tenant, body as Json)]
  if (asked === 'PUT /conversations') return upsert(tenant, body as Json[])
  const id = /^\w+ \/conversations\/(.+)$/.exec(asked)?.[1]
  const held = id === undefined ? undefined : find(tenant, decodeURIComponent(id))
  if (held === undefined) return [404, { message: 'Not Found' }]
  if (asked.startsWith('PUT')) Object.assign(held, body)
  if (asked.startsWith('DELETE')) conversations.delete(String(held['_id']))
  return [200, held]
}

function find({ conversations }: Tenant, ref: string): Json | undefined {
  if (!ref.startsWith('extid-')) return conversations.get(ref)
  return [...conversations.values()].find((one) => one['externalId'] === ref.slice('extid-'.length))
}

function rowOf({ options }: Tenant, record: Json): Json {
  if (options.slimRows !== true) return record
  const { description: _, externalId: __, ...row } = record
  return row
}

function create({ conversations }: Tenant, body: Json): Json {
  const _id = (0x61081aede03c + conversations.size).toString(16).padEnd(24, '0')
  const record = { ...body, _id }
  conversations.set(_id, record)
  return record
}

function upsert(tenant: Tenant, items: readonly Json[]): Answer {
  const { bulk = 'full' } = tenant.options
  if (bulk === 'not-there') return [404, { message: 'Not Found' }]
  const keys = { insertsKeys: [] as Json[], updatesKeys: [] as Json[] }
  for (const item of items) {
    const id = item['_id'] ?? `extid-${item['externalId']}`
    const held = find(tenant, String(id))
    if (held === undefined) keys.insertsKeys.push(pickKeys(create(tenant, item)))
    else keys.updatesKeys.push(pickKeys(Object.assign(held, item)))
  }
  if (bulk === 'empty') return [200, {}]
  const counts = { created: keys.insertsKeys.length, updated: keys.updatesKeys.length, nonupdates: 0 }
  return [200, bulk === 'counts' ? counts : { ...counts, ...keys }]
}

const pickKeys = ({ _id, externalId }: Json): Json => ({ _id, externalId })

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? null : JSON.parse(text)
}
