/**
 * The socket side of the inbox. node:http with hard bounds: whoever is slow, large or malformed costs a little memory
 * for a few seconds, and no request ends the process. It decides nothing: `answer.ts` does.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FatalError } from '../errors.ts'
import {
  ACCEPTED,
  type Answer,
  answerBody,
  answerHead,
  ENCODED,
  MAX_BODY_BYTES,
  NOT_STORED,
  type Standing,
  TOO_LARGE,
  TOO_SLOW,
} from './answer.ts'
import { type BodyReading, readBody } from './body.ts'
import type { Hint } from './event.ts'
import type { TokenCheck } from './tokens.ts'

export interface InboxServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly path: string
  /** The tokens in force at this moment: they may change while it runs. */
  readonly isToken: TokenCheck
  /** Puts a hint on disk; a rejection becomes 503. */
  readonly accept: (hint: Hint) => Promise<void>
  readonly readiness: Standing['readiness']
  readonly metrics: Standing['metrics']
  /** Told of every answer, for the counts and the log. `hint` where the token was right. */
  readonly onAnswer?: (answered: { readonly status: number; readonly hint: Hint | null }) => void
  readonly bounds?: Partial<Bounds>
}

export interface Bounds {
  readonly headersMs: number
  readonly bodyMs: number
  readonly connections: number
  readonly headerBytes: number
}

/** docs/contract.md section 9. */
const BOUNDS: Bounds = { headersMs: 5_000, bodyMs: 10_000, connections: 100, headerBytes: 16 * 1024 }

/** A slow sender does not hold up a stop that must be over in 10 s. */
const CLOSE_MS = 5_000

export interface InboxServer {
  /** The whole address of the deliveries, path included. */
  readonly url: string
  /** From now on every request is answered 503, so that Aircall sends it again later. */
  refuse(): void
  /** Lets the requests in hand end, closes every connection and the port. */
  close(): Promise<void>
}

/** Listens. @throws FatalError LISTEN_PORT (exit 7) where the port or the address cannot be had. */
export async function startInboxServer(o: InboxServerOptions): Promise<InboxServer> {
  const bounds = { ...BOUNDS, ...o.bounds }
  let isStopping = false
  const visits = new Set<Promise<void>>()
  const visited = (request: IncomingMessage, response: ServerResponse) => {
    const standing = { ...o, isStopping }
    const visit = serve({ request, response }, standing, { ...o, bounds }).finally(() => visits.delete(visit))
    visits.add(visit)
  }
  // An expectation that nobody knows changes no answer: left alone, Node would say 417 and keep the connection.
  const server = createServer(httpOptions(bounds), visited).on('checkExpectation', visited)
  server.maxConnections = bounds.connections
  const port = await listen(server, o)
  return {
    url: `http://${o.host.includes(':') ? `[${o.host}]` : o.host}:${port}${o.path}`,
    refuse() {
      isStopping = true
    },
    async close() {
      isStopping = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await within(CLOSE_MS, Promise.allSettled(visits))
      server.closeAllConnections()
      await closed
    },
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

function httpOptions({ headersMs, bodyMs, headerBytes }: Bounds) {
  return {
    headersTimeout: headersMs,
    // The body has a timer of its own; this one ends what never comes to an end.
    requestTimeout: headersMs + bodyMs,
    connectionsCheckingInterval: Math.min(1_000, headersMs),
    keepAliveTimeout: headersMs,
    maxHeaderSize: headerBytes,
  }
}

function listen(server: Server, { host, port }: InboxServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): FatalError {
  const why = cause.code === 'EADDRINUSE' ? 'another program has it' : (cause.code ?? 'unknown reason')
  return new FatalError('LISTEN_PORT', `Port ${port} of ${host} cannot be listened on: ${why}.`, {
    suggestions: ['aircall-sync listen --port 8788', 'aircall-sync listen status'],
    cause,
  })
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

interface Serving extends Pick<InboxServerOptions, 'isToken' | 'accept' | 'onAnswer'> {
  readonly bounds: Bounds
}

async function serve(exchange: Exchange, standing: Standing, o: Serving): Promise<void> {
  const { request, response } = exchange
  // A peer that goes away is no event of ours.
  request.on('error', () => {})
  response.on('error', () => {})
  try {
    const decided = await decide(request, standing, o)
    if (decided === null) return
    o.onAnswer?.({ status: decided.answer.status, hint: decided.hint })
    await send(exchange, decided.answer, o.bounds)
  } catch (error) {
    // A defect: the process goes on, and the sender tries again.
    o.onAnswer?.({ status: 500, hint: null })
    response.destroy(error instanceof Error ? error : undefined)
  }
}

interface Decided {
  readonly answer: Answer
  readonly hint: Hint | null
}

/** Null where the sender went away before the end of the body. */
async function decide(request: IncomingMessage, standing: Standing, o: Serving): Promise<Decided | null> {
  const { method = 'GET', url: target = '/', headers } = request
  const head = answerHead({ method, target, headers }, standing)
  if (head.kind === 'answer') return { answer: head.answer, hint: null }
  const reading = await readBody(request, { maxBytes: MAX_BODY_BYTES, timeoutMs: o.bounds.bodyMs })
  if (reading.kind === 'gone') return null
  const early = refusalOf(reading, head.kind === 'count')
  if (early !== null) return { answer: early, hint: null }
  const judged = answerBody(reading.kind === 'whole' ? reading.text : '', o.isToken)
  if (judged.kind === 'answer') return { answer: judged.answer, hint: null }
  const answer = await o.accept(judged.hint).then(
    () => ACCEPTED,
    () => NOT_STORED,
  )
  return { answer, hint: judged.hint }
}

function refusalOf(reading: BodyReading, isEncoded: boolean): Answer | null {
  if (reading.kind === 'too-large') return TOO_LARGE
  if (reading.kind === 'too-slow') return TOO_SLOW
  return isEncoded ? ENCODED : null
}

/**
 * Sends the answer; after a refusal the connection ends. Where the sender is still sending, its answer goes out at
 * once and the rest is thrown away for a while: a socket that is closed with bytes unread takes the answer back.
 */
async function send({ request, response }: Exchange, answer: Answer, { bodyMs }: Bounds): Promise<void> {
  const body = request.method === 'HEAD' ? '' : answer.body
  const isRefused = answer.status >= 400
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
    ...(isRefused && { connection: 'close' }),
  })
  if (!isRefused || request.complete || request.destroyed) {
    response.end(body)
    return
  }
  response.write(body)
  response.flushHeaders()
  await readBody(request, { maxBytes: Number.POSITIVE_INFINITY, timeoutMs: bodyMs, keep: false })
  response.end()
}
