/** The socket side: one loopback port for both servers, faults on the way, a log of every request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../domain.ts'
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
  readonly dateSkewMs: () => number
}

/** A long run must not fill the memory with its own log. */
const MAX_LOG = 200_000

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
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

async function serve(request: IncomingMessage, response: ServerResponse, o: HostOptions): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const method = request.method ?? 'GET'
  const api = /^\/v[12](\/|$)/.test(url.pathname) ? 'aircall' : 'planhat'
  const body = await readBody(request)
  const fault = o.faults.draw({ api, method, path: url.pathname })
  const note = (status: number): void => {
    const query = Object.fromEntries(url.searchParams)
    o.log.push({ api, method, path: url.pathname, query, status, fault, atMs: o.clock.nowMs() })
    if (o.log.length > MAX_LOG) o.log.splice(0, MAX_LOG / 2)
  }
  if (fault === 'reset') {
    note(0)
    breakOff(response)
    return
  }
  if (fault === 'slow') await o.clock.sleep(o.faults.slowMs)
  const dateMs = o.clock.nowMs() + o.dateSkewMs()
  if (fault === '5xx') {
    const status = SERVER_ERRORS[o.log.length % SERVER_ERRORS.length] ?? 500
    note(status)
    send(response, { status, body: { error: 'Internal Server Error' } }, { half: false, dateMs })
    return
  }
  const { authorization } = request.headers
  const ask: Ask = { method, path: url.pathname, query: url.searchParams, authorization, body }
  const reply = spoil((api === 'aircall' ? o.aircall : o.planhat)(ask), fault)
  note(fault === 'lost' ? 0 : reply.status)
  if (fault === 'lost') breakOff(response)
  else send(response, reply, { half: fault === 'truncate', dateMs })
}

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

/** Starts to listen on 127.0.0.1; port 0 takes a free one. */
export async function startHost(o: HostOptions): Promise<Host> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response, o).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'unknown'
      if (response.headersSent) breakOff(response)
      else send(response, { status: 500, body: { error: message } }, { half: false, dateMs: o.clock.nowMs() })
    })
  })
  const port = await listen(server, o.port)
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
