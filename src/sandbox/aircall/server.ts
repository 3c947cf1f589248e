/** The embedded Aircall: routes and manners of docs/reference/aircall-api.md sections 1 to 5, 7 and 10. */

import { type Answer, type Ask, answer, type Handler, pathParts } from '../exchange.ts'
import type { Switches } from '../switches.ts'
import { insightOfPath, serveInsight } from './insights.ts'
import { listCalls } from './listing.ts'
import type { AircallServerOptions } from './options.ts'
import { pageOf } from './paging.ts'

/** No header is 401, a wrong pair is 403 (section 1, measured). */
function refuseStranger({ authorization }: Ask, o: AircallServerOptions): Answer | null {
  if (authorization === undefined) return answer(401, { message: 'Unauthorized' })
  return isKnownToAircall(authorization, o) ? null : answer(403, { message: 'Forbidden' })
}

export function isKnownToAircall(
  authorization: string | undefined,
  o: Pick<AircallServerOptions, 'apiId' | 'apiToken'>,
): boolean {
  return authorization === `Basic ${Buffer.from(`${o.apiId}:${o.apiToken}`).toString('base64')}`
}

/** Section 5: headers only on the 429 itself; unit of Reset and `Retry-After` by switch. */
function refuseExcess(o: AircallServerOptions, nowMs: number): Answer | null {
  const until = o.limit.refuseUntil()
  if (until === null) return null
  const base = { 'x-aircallapi-limit': String(o.limit.perMinute), 'x-aircallapi-remaining': '0' }
  const headers: Record<Switches['rateHeaders'], Record<string, string>> = {
    none: {},
    seconds: { ...base, 'x-aircallapi-reset': String(Math.ceil(until / 1000)) },
    milliseconds: { ...base, 'x-aircallapi-reset': String(until) },
    'retry-after': { 'retry-after': String(Math.ceil((until - nowMs) / 1000)) },
  }
  return inShape(o, 429, 'Too Many Requests', headers[o.switches.rateHeaders])
}

function inShape(
  o: AircallServerOptions,
  status: number,
  words: string,
  headers: Record<string, string>,
): Answer {
  const { errorBodies } = o.switches
  if (errorBodies === 'text')
    return { status, body: undefined, text: words, contentType: 'text/plain', headers }
  if (errorBodies === 'html') {
    return {
      status,
      body: undefined,
      text: `<html><h1>${words}</h1></html>`,
      contentType: 'text/html',
      headers,
    }
  }
  return answer(status, { error: words, troubleshoot: `${words}. Please try again later.` }, headers)
}

const NOT_FOUND = answer(404, { message: 'Not Found' })

function serveTranscription(id: string, o: AircallServerOptions): Answer {
  if (!/^\d+$/.test(id)) return answer(400, { error: 'Bad Request', troubleshoot: 'invalid call_id' })
  const denied = answer(403, { message: 'Forbidden access: company is not verified.' })
  if (o.switches.transcripts === 'denied') return denied
  const found = o.state.transcript(id)
  if (found.kind === 'ready') return answer(200, { transcription: found.transcription })
  if (found.kind === 'accepted') return answer(202, {})
  if (found.kind === 'denied') return denied
  if (found.kind === 'broken') return inShape(o, 500, 'unknown error', {})
  if (found.kind === 'missing') return NOT_FOUND
  const transcription = {
    id: Number(id),
    call_id: Number(id),
    type: 'call',
    content: { language: 'en', utterances: [] },
  }
  return answer(200, { transcription })
}

function serveCalls(ask: Ask, parts: string[], o: AircallServerOptions): Answer {
  const [, , id, aspect] = parts
  if (id === undefined) return listCalls(ask, o, { searches: false })
  if (id === 'search' && aspect === undefined) return listCalls(ask, o, { searches: true })
  if (aspect === 'transcription') return serveTranscription(id, o)
  const insight = insightOfPath(aspect)
  if (insight !== null) return serveInsight(id, insight, o)
  const call = aspect === undefined ? o.state.get(id) : null
  return call ? answer(200, { call }) : NOT_FOUND
}

/** Users have a v2 only: v1's was removed on 2026-09-30 (section 9). */
function serveUsers(ask: Ask, version: string, id: string | undefined, o: AircallServerOptions): Answer {
  if (version !== 'v2') return NOT_FOUND
  if (id === undefined) return pageOf(ask, 'users', o.state.users)
  const user = o.state.users.find((one) => String(one.id) === id || one.email === id)
  return user ? answer(200, { user }) : NOT_FOUND
}

function serveNumbers(ask: Ask, id: string | undefined, o: AircallServerOptions): Answer {
  if (o.switches.numbersEndpoint === 'missing') return NOT_FOUND
  if (id === undefined) return pageOf(ask, 'numbers', o.state.numbers)
  const number = o.state.numbers.find((one) => String(one.id) === id)
  return number ? answer(200, { number }) : NOT_FOUND
}

function serveCompany(o: AircallServerOptions): Answer {
  const counts = { users_count: o.state.users.length, numbers_count: o.state.numbers.length }
  return answer(200, { company: { name: o.switches.accountName, ...counts } })
}

function route(ask: Ask, o: AircallServerOptions): Answer {
  const parts = pathParts(ask.path)
  const [version = '', resource, id] = parts
  if (resource === 'users') return serveUsers(ask, version, id, o)
  if (version !== 'v1') return NOT_FOUND
  if (resource === 'ping') return answer(200, { ping: 'pong' })
  if (resource === 'company') return serveCompany(o)
  if (resource === 'calls') return serveCalls(ask, parts, o)
  if (resource === 'numbers') return serveNumbers(ask, id, o)
  if (resource === 'teams' || resource === 'contacts' || resource === 'tags') return pageOf(ask, resource, [])
  return NOT_FOUND
}

/** Answers one request. Webhooks are all that this tool ever writes at Aircall. */
export function createAircallServer(o: AircallServerOptions, nowMs: () => number): Handler {
  return (ask) => {
    const refused = refuseStranger(ask, o) ?? refuseExcess(o, nowMs())
    if (refused) return refused
    const [version, resource, id] = pathParts(ask.path)
    if (version === 'v1' && resource === 'webhooks') return o.webhooks.serve(ask, id)
    if (ask.method !== 'GET') return answer(405, { error: 'Method Not Allowed', troubleshoot: 'use GET' })
    return route(ask, o)
  }
}
