import { randomBytes } from 'node:crypto'
import { removeSurely } from '../../../apply/lost.ts'
import type { ConversationSettings } from '../../../content-settings.ts'
import { FatalError } from '../../../errors.ts'
import { HttpError } from '../../../http/client.ts'
import type { BulkAnswer } from '../../../planhat/bulk-answer.ts'
import type { RemoteRecord } from '../../../records.ts'
import { isoOf } from '../../run/run.ts'
import { dropNote, putNote, readNotes } from './notes.ts'
import { type Left, PROBE_SUBJECT, type Tidying, takeAwayNoted } from './take-away.ts'

export type Fields = Readonly<Record<string, unknown>>
export type Body = Fields & { readonly externalId: string; readonly companyId: string }
export type Posted =
  | { readonly kind: 'made'; readonly id: string }
  | { readonly kind: 'refused'; readonly status: number; readonly words: string }

export interface BenchOptions extends Tidying {
  readonly companyId: string
  /** The second company that was named; null without. */
  readonly otherCompanyId: string | null
  readonly conversation: ConversationSettings
  readonly signal: AbortSignal
}

/** Where the questions are asked: every record is noted before it is made, and taken away after its question. */
export class Bench {
  readonly o: BenchOptions
  /** Fields that this tenant wants in every record, found out by the first one. */
  base: Fields
  readonly #ids = new Set<string>()
  readonly #own = new Set<string>()
  /** A record was made of which no id is known. */
  #isUnsure = false
  #person: Promise<{ id: string; email: string | null } | null> | null = null

  constructor(o: BenchOptions) {
    this.o = o
    this.base = { type: o.conversation.type }
  }

  /** A new record with an external id of its own; nothing is sent. */
  body(over: Fields = {}): Body {
    const { companyId, clock } = this.o
    const externalId = `aircall-sync-probe-${randomBytes(8).toString('hex')}`
    const date = isoOf(clock.nowMs())
    return { externalId, companyId, subject: PROBE_SUBJECT, date, ...this.base, ...over }
  }

  async post(body: Body): Promise<Posted> {
    const posted = await this.#make(body, () => this.#try(() => this.o.writer.create(body, this.o.signal)))
    if ('refused' in posted) return refusal(posted.refused)
    this.#ids.add(posted.done._id)
    return { kind: 'made', id: posted.done._id }
  }

  /** One record by bulk upsert. */
  async upsert(body: Body): Promise<BulkAnswer> {
    const answer = await this.#make(body, () => this.o.writer.bulk([body], this.o.signal))
    if (answer.status === 403) throw forbidden(answer.message)
    const ids = [...answer.inserted, ...answer.changed].flatMap(({ _id }) => _id ?? [])
    for (const id of ids) this.#ids.add(id)
    if (answer.created > answer.inserted.length) this.#isUnsure = true
    return answer
  }

  async update(id: string, fields: Fields): Promise<Posted> {
    const updated = await this.#try(() => this.o.writer.update(id, fields, this.o.signal))
    return 'refused' in updated ? refusal(updated.refused) : { kind: 'made', id }
  }

  /** Null where Planhat does not find it. */
  read(id: string): Promise<RemoteRecord | null> {
    return this.o.reader.conversation({ id }, this.o.signal)
  }

  /** Somebody of the company, with an e-mail where there is one; asked once. */
  person(): Promise<{ id: string; email: string | null } | null> {
    const { reader, companyId, signal } = this.o
    this.#person ??= reader.someEndUser(companyId, signal)
    return this.#person
  }

  /**
   * Takes away what was made since the last call, by its ids; by a search where an answer was lost. Not stopped by a
   * signal. What Planhat does not let go stays noted for the next `doctor`.
   */
  async clean(): Promise<Left[]> {
    const notes = readNotes(this.o.store).filter(({ externalId }) => this.#own.has(externalId))
    const isSearched = this.#isUnsure || notes.some(({ isAnswered }) => !isAnswered)
    const { writer, clock } = this.o
    let isRefused = false
    for (const id of this.#ids) isRefused = (await removeSurely({ writer, clock }, id)) !== null || isRefused
    this.#ids.clear()
    this.#isUnsure = false
    if (isSearched || isRefused) return (await takeAwayNoted(this.o)).left
    for (const { externalId } of notes) dropNote(this.o.store, externalId)
    return []
  }

  /** Noted before it is sent, and noted as answered after: also a refusal is an answer. */
  async #make<T>(body: Body, send: () => Promise<T>): Promise<T> {
    this.#note(body, false)
    try {
      const answer = await send()
      this.#note(body, true)
      return answer
    } catch (error) {
      if (error instanceof FatalError) this.#note(body, true)
      throw error
    }
  }

  #note({ externalId, companyId }: Body, isAnswered: boolean): void {
    const { store, clock, tenant, otherCompanyId } = this.o
    const named = [companyId, this.o.companyId, otherCompanyId].filter((id) => id !== null)
    this.#own.add(externalId)
    putNote(store, { externalId, companyIds: [...new Set(named)], tenant, atMs: clock.nowMs(), isAnswered })
  }

  async #try<T>(send: () => Promise<T>): Promise<{ done: T } | { refused: HttpError }> {
    try {
      return { done: await send() }
    } catch (error) {
      if (error instanceof HttpError) return { refused: error }
      throw error
    }
  }
}

/** @throws FatalError PROBE_FORBIDDEN where the token may not write at all. */
function refusal({ status, bodyMessage }: HttpError): Posted {
  if (status === 403) throw forbidden(bodyMessage)
  return { kind: 'refused', status, words: withoutAddresses(bodyMessage) }
}

/** A refusal may quote what was sent; an e-mail is a person's. */
function withoutAddresses(words: string): string {
  return words.replace(/[^\s"'<>:,;]+@[^\s"'<>:,;]+/gu, '(an e-mail)')
}

function forbidden(words: string): FatalError {
  return new FatalError(
    'PROBE_FORBIDDEN',
    `The Planhat token may not write Conversations (403${words === '' ? '' : `: ${withoutAddresses(words)}`}).`,
    {
      suggestions: [
        'let the private app read, create and update Conversations: Planhat > Settings > Private Apps > Permissions',
      ],
    },
  )
}
