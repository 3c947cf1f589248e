import {
  type HttpClient,
  HttpError,
  type RequestStats,
  UnknownOutcomeError,
} from '../../../src/http/client.ts'
import type { HttpRequest, HttpResponse } from '../../../src/http/message.ts'

export interface FakeSwitches {
  bulkMatches: boolean
  scopedByCompany: boolean
  /** A create of an external id that exists in the same company: POST and non-matching bulk. */
  duplicate: '400' | 'copy'
  errorItems: 'string' | 'object' | 'withKey'
  partialStatus: 200 | 206 | 400
  /** One bad item refuses the batch, with a sentence only. */
  atomic: boolean
  insertsKeys: 'full' | 'ids' | 'none'
  extidSpaces: boolean
  companyMoves: boolean
  deleteForbidden: boolean
  noteFallback: boolean
  dropCustom: boolean
  dropEndusers: boolean
  permission: 'all' | 'none' | 'bulkAll403'
}

export type Stored = Record<string, unknown> & { _id: string; externalId?: string; companyId: string }
type Json = Record<string, unknown>

export const DEFAULT_SWITCHES: FakeSwitches = {
  bulkMatches: true,
  scopedByCompany: false,
  duplicate: 'copy',
  errorItems: 'withKey',
  partialStatus: 206,
  atomic: false,
  insertsKeys: 'full',
  extidSpaces: true,
  companyMoves: true,
  deleteForbidden: false,
  noteFallback: false,
  dropCustom: false,
  dropEndusers: false,
  permission: 'all',
}

/**
 * What happens to one request: nothing, an answer lost before, after or long before it is executed, or the process
 * dies.
 */
export type Fate = 'ok' | 'lost-before' | 'lost-after' | 'lands-late' | 'kill-before' | 'kill-after'
export class Killed extends Error {}

/**
 * Planhat in memory, as docs/reference/planhat-api.md section 8, rule 14 asks of a fake, spoken to through the HTTP
 * interface.
 */
export class FakePlanhat implements HttpClient {
  readonly perMinute = 60_000
  readonly stats: RequestStats = { total: 0, throttled: 0, retried: 0, reads: 0, writes: 0 }
  readonly records = new Map<string, Stored>()
  readonly poison = new Set<string>()
  readonly log: string[] = []
  readonly sent: Json[][] = []
  fate: (request: HttpRequest, n: number) => Fate = () => 'ok'
  on: FakeSwitches
  #serial = 0
  readonly #index = new Map<string, Set<string>>()
  #late: HttpRequest | null = null

  constructor(switches: Partial<FakeSwitches> = {}) {
    this.on = { ...DEFAULT_SWITCHES, ...switches }
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    this.stats.total += 1
    this.stats[request.method === 'GET' ? 'reads' : 'writes'] += 1
    this.log.push(`${request.method} ${request.path}`)
    const fate = this.fate(request, this.stats.total)
    if (fate === 'kill-before') throw new Killed()
    if (fate === 'lost-before') throw new UnknownOutcomeError(request, 'ECONNRESET', undefined)
    if (fate === 'lands-late') {
      this.#late = request
      throw new UnknownOutcomeError(request, 'ETIMEDOUT', undefined)
    }
    const [status, json] = this.#serve(request)
    if (request.method !== 'GET' && this.#late !== null) {
      this.#serve(this.#late)
      this.#late = null
    }
    if (fate === 'kill-after') throw new Killed()
    if (fate === 'lost-after') throw new UnknownOutcomeError(request, 'ECONNRESET', undefined)
    const answer = { status, json, text: JSON.stringify(json) ?? '', headers: {}, dateMs: null }
    if (status < 400 || request.acceptStatus?.includes(status)) return answer
    const words = String((json as Json | null)?.['message'] ?? json)
    throw new HttpError(request, answer, `${status}: ${words}`, words)
  }

  add(record: Json & { companyId: string }): Stored {
    this.#serial += 1
    const stored = { endusers: [], users: [], custom: {}, ...record, _id: id(this.#serial) }
    this.records.set(stored._id, stored)
    this.#note(stored)
    return stored
  }

  under(externalId: string): Stored[] {
    const ids = [...(this.#index.get(externalId) ?? [])]
    return ids.map((one) => this.records.get(one)).filter((record) => record !== undefined)
  }

  #note({ _id, externalId }: Stored): void {
    if (externalId === undefined) return
    const ids = this.#index.get(externalId) ?? new Set()
    this.#index.set(externalId, ids.add(_id))
  }

  #serve({ method, path, body, query }: HttpRequest): [number, unknown] {
    const key = decodeURIComponent(path.replace(/^\/conversations\/?/, ''))
    if (method === 'PUT' && key === '') return this.#bulk(body as Json[])
    if (method === 'POST') return this.#post(body as Json)
    if (method === 'GET' && key === '') return [200, this.#list(query ?? {})]
    const record = this.#find(key)
    if (record === undefined) return [404, { message: 'not found' }]
    if (method === 'GET') return [200, record]
    if (method === 'DELETE') return this.#remove(record)
    if (this.poison.has(record.externalId ?? '')) return [400, { message: 'subject is not valid' }]
    this.#change(record, body as Json)
    return [200, record]
  }

  #remove(record: Stored): [number, unknown] {
    if (this.on.deleteForbidden) return [403, { message: 'no permission to delete' }]
    this.records.delete(record._id)
    return [200, record]
  }

  #find(key: string): Stored | undefined {
    if (!key.startsWith('extid-')) return this.records.get(key)
    const externalId = key.slice('extid-'.length)
    if (externalId.includes(' ') && !this.on.extidSpaces) return undefined
    return this.under(externalId)[0]
  }

  #list(query: Readonly<Record<string, unknown>>): Stored[] {
    const companies = query['companyId'] === undefined ? null : String(query['companyId']).split(',')
    const all = [...this.records.values()].filter((r) => companies?.includes(r.companyId) ?? true)
    const offset = Number(query['offset'])
    return all
      .sort((a, b) => (a._id < b._id ? -1 : 1))
      .slice(offset, offset + Number(query['limit']))
      .map((record) => ({ ...record }))
  }

  #post(body: Json): [number, unknown] {
    if (this.on.permission === 'none') return [403, { message: 'no permission' }]
    if (this.poison.has(String(body['externalId']))) return [400, { message: 'subject is not valid' }]
    if (this.#twin(body) !== undefined && this.on.duplicate === '400') return [400, 'externalId duplicated']
    return [200, this.#create(body)]
  }

  #twin(body: Json): Stored | undefined {
    return this.under(String(body['externalId'])).find((r) => r.companyId === body['companyId'])
  }

  #bulk(items: Json[]): [number, unknown] {
    this.sent.push(items)
    if (this.on.permission !== 'all') return [403, { permissionErrors: ['no permission to upsert'] }]
    const isPoisoned = items.some((item) => this.poison.has(String(item['externalId'])))
    if (this.on.atomic && isPoisoned) return [400, 'a required key is missing']
    const answer = {
      created: 0,
      updated: 0,
      nonupdates: 0,
      insertsKeys: [] as Json[],
      updatesKeys: [] as Json[],
      modified: [] as string[],
      upsertedIds: [] as string[],
      createdErrors: [] as unknown[],
      updatedErrors: [] as unknown[],
      permissionErrors: [],
    }
    for (const item of items) this.#upsert(item, answer)
    if (this.on.insertsKeys === 'none') {
      return [
        this.#status(answer),
        { ...answer, insertsKeys: [], updatesKeys: [], modified: [], upsertedIds: [] },
      ]
    }
    if (this.on.insertsKeys === 'ids') {
      answer.insertsKeys = answer.insertsKeys.map(({ _id }) => ({ _id }))
    }
    return [this.#status(answer), answer]
  }

  #status(answer: { createdErrors: unknown[]; updatedErrors: unknown[] }): number {
    return answer.createdErrors.length + answer.updatedErrors.length > 0 ? this.on.partialStatus : 200
  }

  #upsert(
    item: Json,
    answer: {
      created: number
      updated: number
      nonupdates: number
      insertsKeys: Json[]
      updatesKeys: Json[]
      modified: string[]
      upsertedIds: string[]
      createdErrors: unknown[]
      updatedErrors: unknown[]
    },
  ): void {
    const record = this.#match(item)
    const { externalId } = item
    const errors = record === undefined ? answer.createdErrors : answer.updatedErrors
    if (this.poison.has(String(externalId))) {
      errors.push(this.#error(item, 'subject is not valid'))
    } else if (record !== undefined) {
      const isChanged = this.#change(record, item)
      if (isChanged) {
        answer.updated += 1
        answer.updatesKeys.push({ _id: record._id })
        answer.modified.push(record._id)
      } else answer.nonupdates += 1
    } else if (item['companyId'] === undefined) {
      errors.push(this.#error(item, 'companyId is required'))
    } else if (this.#twin(item) !== undefined && this.on.duplicate === '400') {
      errors.push(this.#error(item, 'externalId duplicated'))
    } else {
      const stored = this.#create(item)
      answer.created += 1
      answer.insertsKeys.push({ _id: stored._id, externalId })
      answer.upsertedIds.push(stored._id)
    }
  }

  #match(item: Json): Stored | undefined {
    const byId = this.records.get(String(item['_id']))
    if (byId !== undefined || !this.on.bulkMatches) return byId
    const all = this.under(String(item['externalId']))
    return this.on.scopedByCompany ? all.find((r) => r.companyId === item['companyId']) : all[0]
  }

  #error(item: Json, words: string): unknown {
    if (this.on.errorItems === 'string') return `${words} (${String(item['externalId'])})`
    if (this.on.errorItems === 'object') return { message: words }
    return { message: words, externalId: item['externalId'] }
  }

  #create(item: Json): Stored {
    const { _id: _ignored, ...body } = item
    const stored = this.add({ companyId: '' })
    this.#change(stored, { ...body }, { isNew: true })
    return stored
  }

  #change(record: Stored, item: Json, how = { isNew: false }): boolean {
    const { _id: _ignored, custom, companyId, ...rest } = item
    const before = JSON.stringify(record)
    Object.assign(record, structuredClone(rest))
    if (this.on.noteFallback && 'type' in item) record['type'] = 'note'
    if (this.on.dropEndusers) record['endusers'] = []
    if (custom !== undefined && !this.on.dropCustom) {
      record['custom'] = { ...(record['custom'] as Json), ...(custom as Json) }
    }
    if (companyId !== undefined && (how.isNew || this.on.companyMoves)) record.companyId = String(companyId)
    this.#note(record)
    return JSON.stringify(record) !== before
  }
}

function id(serial: number): string {
  return `65${serial.toString(16).padStart(22, '0')}`
}
