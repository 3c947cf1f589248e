/** The socket side: one loopback port for both servers, faults on the way, a log of every request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../domain.ts'
import { UsageError } from '../errors.ts'
import type { Answer, Ask, Handler } from './exchange.ts'
import type { FaultKind, FaultPlan } from './faults.ts'

export interface RequestLogEntry {
  readonly api: 'aircall' | 'planhat'
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** 0 when the connection was broken off without an answer. */
  readonly status: number
  readonly fault: FaultKind | null
  readonly atMs: number
}

export interface HostOptions {
  readonly port: number
  readonly clock: Clock
  readonly faults: FaultPlan
  readonly aircall: Handler
  readonly planhat: Handler
  readonly log: RequestLogEntry[]
  /** Whose body is read at all. */
  readonly knows: (api: 'aircall' | 'planhat', authorization: string | undefined) => boolean
  readonly dateSkewMs: () => number
  /** Requests to Planhat in flight, above which it answers 429. */
  readonly maxParallel: () => number
}

/** A long run must not fill the memory with its own log. */
const MAX_LOG = 200_000

/** Somewhat more than Planhat takes, so that its own refusal is seen; beyond it the connection is broken off. */
const MAX_BODY_BYTES = 40 * 1024 * 1024

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_BODY_BYTES) throw new Error('a body larger than any that is taken')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function breakOff(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

function send(response: ServerResponse, reply: Answer, o: { half: boolean; dateMs: number }): void {
  const text = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body))
  const bytes = Buffer.from(text)
  response.sendDate = false
  response.writeHead(reply.status, {
    ...reply.headers,
    date: new Date(o.dateMs).toUTCString(),
    'content-type': reply.contentType ?? 'application/json; charset=utf-8',
    'content-length': bytes.length,
  })
  if (!o.half) {
    response.end(bytes)
    return
  }
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => breakOff(response))
}

/** What a fault makes of an answer that was ready. */
function spoil(reply: Answer, fault: FaultKind | null): Answer {
  if (fault !== 'html') return reply
  const text = '<!doctype html><title>Just a moment</title><p>Checking your browser.</p>'
  return { status: 200, body: undefined, text, contentType: 'text/html' }
}

const SERVER_ERRORS = [500, 502, 503, 504]

interface Visit {
  readonly ask: Ask
  readonly api: 'aircall' | 'planhat'
  readonly fault: FaultKind | null
}

async function receive(request: IncomingMessage, o: HostOptions): Promise<Visit> {
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const method = request.method ?? 'GET'
  const api = /^\/v[12](\/|$)/.test(url.pathname) ? 'aircall' : 'planhat'
  const { authorization } = request.headers
  const body = o.knows(api, authorization) ? await readBody(request) : ''
  const ask: Ask = { method, path: url.pathname, query: url.searchParams, authorization, body }
  return { ask, api, fault: o.faults.draw({ api, method, path: url.pathname }) }
}

/** The answer of the right server, unless trouble comes first. */
function reply({ ask, api, fault }: Visit, o: HostOptions, inFlight: number): Answer {
  if (fault === '5xx') {
    const status = SERVER_ERRORS[o.log.length % SERVER_ERRORS.length] ?? 500
    return { status, body: { error: 'Internal Server Error' } }
  }
  if (api === 'planhat' && inFlight > o.maxParallel())
    return { status: 429, body: { error: 'Too Many Requests' } }
  return spoil((api === 'aircall' ? o.aircall : o.planhat)(ask), fault)
}

/** What a defect of the sandbox itself looks like: never to be taken for made-up trouble. */
function confess(visit: Visit, error: unknown): Answer {
  const message = error instanceof Error ? error.message : 'unknown'
  return {
    status: 599,
    body: { error: `defect of the sandbox at ${visit.ask.method} ${visit.ask.path}: ${message}` },
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  o: HostOptions,
  flight: Flight,
): Promise<void> {
  const visit = await receive(request, o)
  const { ask, api, fault } = visit
  if (fault === 'slow') await o.clock.sleep(o.faults.slowMs)
  let answer: Answer | null = null
  try {
    answer = fault === 'reset' ? null : reply(visit, o, flight[api])
  } catch (error) {
    answer = confess(visit, error)
  }
  const broken = answer === null || fault === 'lost'
  const query = Object.fromEntries(ask.query)
  const status = broken ? 0 : (answer?.status ?? 0)
  o.log.push({ api, method: ask.method, path: ask.path, query, status, fault, atMs: o.clock.nowMs() })
  if (o.log.length > MAX_LOG) o.log.splice(0, MAX_LOG / 2)
  if (broken || answer === null) breakOff(response)
  else send(response, answer, { half: fault === 'truncate', dateMs: o.clock.nowMs() + o.dateSkewMs() })
}

type Flight = Record<'aircall' | 'planhat', number>

export interface Host {
  readonly url: string
  stop(): Promise<void>
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

function portTaken(port: number, cause: unknown): UsageError {
  const suggestions = ['aircall-sync sandbox --port 0']
  return new UsageError('SANDBOX_PORT', `port ${port} cannot be listened on`, { cause, suggestions })
}

/** Starts to listen on 127.0.0.1; port 0 takes a free one. Throws a UsageError when it is taken. */
export async function startHost(o: HostOptions): Promise<Host> {
  const flight: Flight = { aircall: 0, planhat: 0 }
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const api = /^\/v[12]\//.test(request.url ?? '') ? 'aircall' : 'planhat'
    flight[api] += 1
    serve(request, response, o, flight)
      // A client that went away while it was sending: there is nobody to answer.
      .catch(() => breakOff(response))
      .finally(() => {
        flight[api] -= 1
      })
  })
  const port = await listen(server, o.port).catch((error: unknown) => {
    throw portTaken(o.port, error)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
