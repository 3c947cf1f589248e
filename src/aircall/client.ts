import type { Transcript } from '../content.ts'
import type { Insight } from '../content-settings.ts'
import type { Agent, Call, Line } from '../domain.ts'
import { FatalError, RecordError } from '../errors.ts'
import { type HttpClient, HttpError, type RequestStats } from '../http/client.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'
import { parseAnswer, rethrowAuth } from './answer.ts'
import { parseCall, readCall } from './call.ts'
import { type InsightAnswer, insightPath, parseInsight } from './insights.ts'
import { type Listing, readNumbers, readUsers } from './numbers.ts'
import { callEnvelopeSchema, callsEnvelopeSchema, companyEnvelopeSchema } from './schema.ts'
import { parseTranscript } from './transcript.ts'
import { PAGE_SIZE } from './windows.ts'

/** A row that is no call we can read: reported, counted, and no reason to stop. */
export interface RejectedCall {
  readonly id: string | null
  /** The path and what was expected there; never the value. */
  readonly message: string
}

export interface CallsPage {
  readonly calls: Call[]
  readonly rejected: RejectedCall[]
  /** Rows of the whole query, as Aircall says; may saturate at 10,000. */
  readonly total: number
  /** As answered, which may be less than asked for. */
  readonly perPage: number
  readonly page: number
  /** Null when the server sends no links. */
  readonly hasNext: boolean | null
}

/** `empty` covers 404, 202, 400, and 200 without utterances: none of them says "never". */
export type TranscriptAnswer =
  | { readonly kind: 'ready'; readonly transcript: Transcript }
  | { readonly kind: 'empty'; readonly status: number }
  | { readonly kind: 'denied'; readonly message: string }

export interface CallsQuery {
  /** Exclusive, UNIX seconds. */
  readonly from: number
  /** Inclusive, UNIX seconds. */
  readonly to: number
  readonly page: number
  readonly signal?: AbortSignal | undefined
}

export interface AircallClient {
  ping(): Promise<{ dateMs: number | null }>
  company(): Promise<{ name: string | null }>
  listNumbers(signal?: AbortSignal): Promise<Listing<Line>>
  listUsers(signal?: AbortSignal): Promise<Listing<Agent>>
  listCalls(query: CallsQuery): Promise<CallsPage>
  /** Null when Aircall has no such call. @throws RecordError when it cannot be read. */
  getCall(id: string, signal?: AbortSignal): Promise<Call | null>
  /** @throws RecordError when the answer cannot be read. */
  getTranscription(callId: string, signal?: AbortSignal): Promise<TranscriptAnswer>
  /** @throws RecordError when the answer cannot be read. */
  getInsight(kind: Insight, callId: string, signal?: AbortSignal): Promise<InsightAnswer>
  /** Requests a minute that the gate lets pass now. */
  readonly perMinute: number
  readonly stats: RequestStats & { pages: number; transcripts: number; insights: number }
}

/** Aircall's public API. A 401 or 403 anywhere but on transcriptions is a matter of credentials: FatalError. */
export function createAircallClient(http: HttpClient): AircallClient {
  const counts = { pages: 0, transcripts: 0, insights: 0 }
  const guarded: HttpClient = {
    stats: http.stats,
    get perMinute() {
      return http.perMinute
    },
    request: (request) => http.request(request).catch(rethrowAuth),
  }
  const get = (path: string, more: Partial<HttpRequest> = {}) =>
    guarded.request({ method: 'GET', path, ...more })

  /** What is made of a call's recording: 400 and 404 are no failures there, and a 403 is about the account's plan. */
  const getResult = async (path: string, signal?: AbortSignal) => {
    try {
      const response = await get(path, { acceptStatus: [400, 404], allowEmpty: true, signal })
      return { kind: 'answer', response } as const
    } catch (error) {
      if (!(error instanceof FatalError) || !isDenial(error.cause)) throw error
      return { kind: 'denied', message: error.cause.bodyMessage } as const
    }
  }

  return {
    get perMinute() {
      return http.perMinute
    },
    get stats() {
      return { ...http.stats, ...counts }
    },
    ping: async () => ({ dateMs: (await get('/v1/ping')).dateMs }),
    company: async () => {
      const { json } = await get('/v1/company')
      return { name: parseAnswer(companyEnvelopeSchema, json, 'GET /v1/company').company.name ?? null }
    },
    listNumbers: (signal) => readNumbers(guarded, signal),
    listUsers: (signal) => readUsers(guarded, signal),
    async listCalls({ from, to, page, signal }) {
      counts.pages += 1
      const query = { from, to, page, per_page: PAGE_SIZE, order: 'asc' }
      return toCallsPage(await get('/v1/calls', { query, priority: 'page', signal }), page)
    },
    async getCall(id, signal) {
      const { status, json } = await get(callPath(id), { acceptStatus: [404], signal })
      return status === 404
        ? null
        : parseCall(parseAnswer(callEnvelopeSchema, json, `GET ${callPath(id)}`).call)
    },
    async getTranscription(callId, signal) {
      counts.transcripts += 1
      const answer = await getResult(`${callPath(callId)}/transcription`, signal)
      return answer.kind === 'denied' ? answer : toTranscriptAnswer(answer.response, callId)
    },
    async getInsight(kind, callId, signal) {
      counts.insights += 1
      const answer = await getResult(`${callPath(callId)}/${insightPath(kind)}`, signal)
      return answer.kind === 'denied' ? answer : toInsightAnswer(answer.response, kind, callId)
    },
  }
}

/** docs/reference/aircall-api.md section 8, trap 21: an empty id answers something else altogether. */
function callPath(id: string): string {
  if (!/^\d+$/.test(id)) throw new RecordError('CALL_ID', 'An Aircall call id is a whole number')
  return `/v1/calls/${id}`
}

function isDenial(cause: unknown): cause is HttpError {
  return cause instanceof HttpError && cause.status === 403
}

function toCallsPage(answer: HttpResponse, asked: number): CallsPage {
  const { meta, calls: rows } = parseAnswer(callsEnvelopeSchema, answer.json, 'GET /v1/calls')
  const calls: Call[] = []
  const rejected: RejectedCall[] = []
  for (const row of rows) {
    const reading = readCall(row)
    if (reading.ok) calls.push(reading.call)
    else rejected.push({ id: reading.id, message: reading.problem })
  }
  const hasNext = meta.next_page_link === undefined ? null : meta.next_page_link !== null
  const { total, current_page: page, per_page: perPage } = meta
  return { calls, rejected, total, perPage: perPage ?? PAGE_SIZE, page: page ?? asked, hasNext }
}

function toTranscriptAnswer({ status, json }: HttpResponse, callId: string): TranscriptAnswer {
  if (status !== 200 || json === null) return { kind: 'empty', status }
  const transcript = parseTranscript(json, callId)
  return transcript.utterances.length === 0 ? { kind: 'empty', status } : { kind: 'ready', transcript }
}

function toInsightAnswer({ status, json }: HttpResponse, kind: Insight, callId: string): InsightAnswer {
  if (status !== 200 || json === null) return { kind: 'empty', status }
  const value = parseInsight(kind, json, callId)
  return value === null ? { kind: 'empty', status } : { kind: 'ready', value }
}
