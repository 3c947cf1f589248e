/** The embedded Planhat: routes, Bearer token, quota (docs/reference/planhat-api.md sections 1 to 5). */
import { type Answer, type Ask, answer, type Handler, pathParts } from '../exchange.ts'
import type { RateLimit } from '../rate-limit.ts'
import type { Switches } from '../switches.ts'
import { upsertConversations } from './bulk.ts'
import {
  companyFilter,
  findByKey,
  findConversation,
  type ListRules,
  listRows,
  loseRows,
  type Row,
} from './read.ts'
import type { Body, ShapeContext } from './shape.ts'
import type { PlanhatState } from './state.ts'
import { createConversation, updateConversation, type Written } from './write.ts'

export interface PlanhatServerOptions {
  readonly state: PlanhatState
  readonly switches: Switches
  readonly limit: RateLimit
  readonly token: string
  readonly nowMs: () => number
}

/** Page sizes by resource (sections 3 to 5). */
const RULES: Readonly<
  Record<'conversations' | 'endusers' | 'companies' | 'users' | 'customfields', ListRules>
> = {
  conversations: { defaultLimit: 30, maxLimit: 2000 },
  endusers: { defaultLimit: 100, maxLimit: 2000 },
  companies: { defaultLimit: 100, maxLimit: 5000 },
  users: { defaultLimit: 10_000, maxLimit: 10_000 },
  customfields: { defaultLimit: 100, maxLimit: 2000 },
}
const MAX_BODY_BYTES = 32 * 1024 * 1024

function fail(
  o: PlanhatServerOptions,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  const { errorShape } = o.switches
  if (errorShape === 'string')
    return { status, body: undefined, text: message, contentType: 'text/plain', headers }
  return answer(status, { error: message }, headers)
}

/** Bearer, or Basic with the token as the user and no password (section 1). */
export function isKnownToPlanhat(authorization: string | undefined, token: string): boolean {
  const basic = `Basic ${Buffer.from(`${token}:`).toString('base64')}`
  return authorization === `Bearer ${token}` || authorization === basic
}

function quotaHeaders(o: PlanhatServerOptions, until: number | null): Record<string, string> {
  const kind = o.switches.planhatRateHeaders
  if (kind === 'none' || o.limit.perMinute === null) return {}
  if (kind === 'retry-after') {
    return until === null ? {} : { 'retry-after': String(Math.ceil((until - o.nowMs()) / 1000)) }
  }
  return {
    'x-rate-limit-limit': String(o.limit.perMinute),
    'x-rate-limit-remaining': String(o.limit.remaining),
  }
}

function refuse(ask: Ask, o: PlanhatServerOptions): Answer | null {
  if (!isKnownToPlanhat(ask.authorization, o.token)) return fail(o, 401, 'Unauthorized')
  const until = o.limit.refuseUntil()
  if (until !== null) return fail(o, 429, 'Too Many Requests', quotaHeaders(o, until))
  if (o.switches.forbiddenPaths.some((path) => ask.path.startsWith(path))) return fail(o, 403, 'Forbidden')
  return Buffer.byteLength(ask.body) > MAX_BODY_BYTES ? fail(o, 413, 'Payload Too Large') : null
}

function readJson(ask: Ask): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(ask.body) }
  } catch {
    return { ok: false }
  }
}

function asAnswer(written: Written, o: PlanhatServerOptions): Answer {
  return written.kind === 'refused' ? fail(o, 400, written.message) : answer(200, written.record)
}

function refusePoison(item: Body, o: PlanhatServerOptions): Answer | null {
  const poison = o.switches.poison?.(item) ?? null
  if (poison === 'permission') return fail(o, 403, 'not permitted')
  return poison === null ? null : fail(o, 400, 'validation failed')
}

/** POST, PUT and DELETE of Conversations. */
function writeConversations(ask: Ask, key: string | undefined, o: PlanhatServerOptions): Answer {
  const context: ShapeContext = { state: o.state, switches: o.switches, nowMs: o.nowMs() }
  const shelf = o.state.conversations
  if (ask.method === 'DELETE') return removeConversation(key ?? '', o)
  const json = readJson(ask)
  if (!json.ok || typeof json.value !== 'object' || json.value === null) return fail(o, 400, 'invalid JSON')
  if (key === undefined) {
    if (ask.method === 'PUT' && !Array.isArray(json.value)) return fail(o, 400, 'an array is expected')
    if (ask.method === 'PUT') return upsertConversations(json.value as Body[], context)
    if (ask.method === 'POST') return postConversation(json.value as Body, context, o)
    return fail(o, 404, 'Not Found')
  }
  const stored = findConversation(key, { shelf, switches: o.switches })
  if (!stored || ask.method !== 'PUT') return fail(o, 404, 'Not Found')
  const body = json.value as Body
  return (
    refusePoison({ externalId: stored.externalId, ...body }, o) ??
    asAnswer(updateConversation(stored, body, context), o)
  )
}

function postConversation(body: Body, context: ShapeContext, o: PlanhatServerOptions): Answer {
  return refusePoison(body, o) ?? asAnswer(createConversation(body, context), o)
}

/** By `_id` only; answers the deleted object (section 3). */
function removeConversation(id: string, o: PlanhatServerOptions): Answer {
  if (o.switches.deleteForbidden) return fail(o, 403, 'Forbidden')
  const stored = o.state.conversations.get(id)
  if (!stored) return fail(o, 404, 'Not Found')
  o.state.conversations.delete(id)
  return answer(200, stored)
}

function readConversations(ask: Ask, key: string | undefined, o: PlanhatServerOptions): Answer {
  const shelf = o.state.conversations
  if (key === undefined) {
    loseRows(shelf, ask, o.switches)
    const options = {
      rules: RULES.conversations,
      switches: o.switches,
      slim: true,
      keeps: companyFilter(ask),
    }
    return answer(200, listRows(shelf.values(), ask, options))
  }
  const stored = findConversation(key, { shelf, switches: o.switches })
  return stored ? answer(200, stored) : fail(o, 404, 'Not Found')
}

/** Archived End Users are hidden from the list unless asked for (section 4). */
function endUserFilter(ask: Ask): (row: Row) => boolean {
  const inCompany = companyFilter(ask)
  const [email, id] = [ask.query.get('email')?.toLowerCase(), ask.query.get('euId')]
  const withArchived = ask.query.get('archived') === 'true'
  return (row) =>
    (withArchived || row['archived'] !== true) &&
    inCompany(row) &&
    (!email || String(row['email'] ?? '').toLowerCase() === email) &&
    (!id || row['_id'] === id)
}

/** Resources that this tool reads; a PUT of one object lets a person (or a test) fix a card. */
function servePlain(
  ask: Ask,
  name: 'endusers' | 'companies' | 'users',
  key: string | undefined,
  o: PlanhatServerOptions,
): Answer {
  const shelves: Record<typeof name, Map<string, Row & { _id: string }>> = {
    endusers: o.state.endUsers,
    companies: o.state.companies,
    users: o.state.users,
  } as Record<typeof name, Map<string, Row & { _id: string }>>
  const shelf = shelves[name]
  if (key === undefined) {
    if (ask.method !== 'GET') return fail(o, 404, 'Not Found')
    loseRows(shelf, ask, o.switches)
    const keeps = name === 'endusers' ? endUserFilter(ask) : () => true
    return answer(
      200,
      listRows(shelf.values(), ask, { rules: RULES[name], switches: o.switches, slim: false, keeps }),
    )
  }
  const found = findByKey(key, {
    byId: (id) => shelf.get(id),
    all: () => shelf.values(),
    switches: o.switches,
  })
  if (!found) return fail(o, 404, 'Not Found')
  if (ask.method === 'GET') return answer(200, found)
  const json = readJson(ask)
  if (ask.method !== 'PUT' || !json.ok) return fail(o, 400, 'a PUT with a JSON object is expected')
  const next = { ...found, ...(json.value as Row), _id: found._id }
  shelf.set(found._id, next)
  return answer(200, next)
}

function route(ask: Ask, o: PlanhatServerOptions): Answer {
  const [resource, key, more] = pathParts(ask.path)
  if (more !== undefined) return fail(o, 404, 'Not Found')
  switch (resource) {
    case 'conversations':
      return ask.method === 'GET' ? readConversations(ask, key, o) : writeConversations(ask, key, o)
    case 'endusers':
    case 'companies':
    case 'users':
      return servePlain(ask, resource, key, o)
    case 'leancompanies':
      // Neither limit nor offset is known there: the whole list, always (section 5).
      return answer(
        200,
        [...o.state.companies.values()].map(({ _id, name, externalId }) => ({ _id, name, externalId })),
      )
    case 'customfields': {
      // No `parent` filter is documented, so there is none.
      const options = { rules: RULES.customfields, switches: o.switches, slim: false, keeps: () => true }
      return answer(200, listRows(o.state.customFields as unknown as Row[], ask, options))
    }
    default:
      return fail(o, 404, 'Not Found')
  }
}

/** Answers one request; a PATCH, `/notes` and `/activities` do not exist (section 3). */
export function createPlanhatServer(o: PlanhatServerOptions): Handler {
  return (ask) => {
    const reply = refuse(ask, o) ?? route(ask, o)
    return { ...reply, headers: { ...quotaHeaders(o, null), ...reply.headers } }
  }
}
