import { FatalError, RetryableError, SyncError } from '../../../errors.ts'
import { UnknownOutcomeError } from '../../../http/client.ts'
import type { ProbeAnswer } from '../../run/tenant-facts.ts'
import { Bench, type BenchOptions, type Posted } from './bench.ts'
import { bulkMatchesExternalId, MATCHES_AT_LEAST } from './bulk-matches-external-id.ts'
import { companyMoves } from './company-moves.ts'
import { contactIdStored } from './contact-id-stored.ts'
import { customFieldKept, sampleCustom } from './custom-field-kept.ts'
import { dateKept } from './date-kept.ts'
import { descriptionKept } from './description-kept.ts'
import { endUserByEmail } from './end-user-by-email.ts'
import { extidPathWithSpace } from './extid-path-with-space.ts'
import { htmlKept } from './html-kept.ts'
import { postTwice } from './post-twice.ts'
import { type Answer, type Probe, refusedBy, unknown } from './probe.ts'
import type { Left } from './take-away.ts'
import { typeKept } from './type-kept.ts'
import { unknownCustomKey } from './unknown-custom-key.ts'

/** In the order of docs/contract.md section 14. */
const PROBES: readonly Probe[] = [
  bulkMatchesExternalId,
  postTwice,
  typeKept,
  unknownCustomKey,
  customFieldKept,
  extidPathWithSpace,
  contactIdStored,
  endUserByEmail,
  descriptionKept,
  htmlKept,
  dateKept,
  companyMoves,
]

export interface Probing {
  readonly answers: readonly ProbeAnswer[]
  /** Whether a bulk upsert finds a record of the same company; null where that is unknown. */
  readonly bulkMatches: boolean | null
  /** Not taken away, or perhaps still to come. */
  readonly left: readonly Left[]
  /** Credentials or permission: nothing can be written. Null where something could. */
  readonly forbidden: SyncError | null
}

/**
 * Asks every question, each with records of its own, and takes those away before the next. About 45 requests. Where
 * nothing can be written, deleted or reached, it goes no further: the rest is unknown for that reason.
 */
export async function askAll(o: BenchOptions): Promise<Probing> {
  const bench = new Bench(o)
  const round = new Round(bench)
  await round.prepare()
  const answers: ProbeAnswer[] = []
  for (const probe of PROBES) answers.push({ name: probe.name, ...(await round.ask(probe)) })
  return { answers, bulkMatches: bulkMatches(answers), left: round.left, forbidden: round.forbidden }
}

class Round {
  readonly left: Left[] = []
  forbidden: SyncError | null = null
  /** Why no further question is asked. */
  #end: string | null = null
  readonly #bench: Bench

  constructor(bench: Bench) {
    this.#bench = bench
  }

  /** One record shows whether any can be written and deleted, and which fields this tenant demands in each. */
  async prepare(): Promise<void> {
    const prepared = await this.#cleanly(async () => {
      const refused = await findBase(this.#bench)
      if (refused !== null) this.#end = `a plain Conversation: ${refusedBy(refused)}`
      return unknown('')
    })
    this.#end ??= prepared.detail === '' ? null : prepared.detail
  }

  async ask(probe: Probe): Promise<Answer> {
    return this.#end === null ? this.#cleanly(() => probe.ask(this.#bench)) : unknown(this.#end)
  }

  async #cleanly(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      this.#learnFrom(error)
      return unknown(error.message)
    } finally {
      await this.#clean()
    }
  }

  #learnFrom(error: SyncError): void {
    if (error instanceof FatalError && /^(PROBE_FORBIDDEN|PLANHAT_AUTH)$/.test(error.code))
      this.forbidden = error
    const isOutage = error instanceof RetryableError && !(error instanceof UnknownOutcomeError)
    if (this.forbidden !== null || isOutage) this.#end = error.message
  }

  /** What cannot be taken away is one record, not one a question. */
  async #clean(): Promise<void> {
    try {
      const left = await this.#bench.clean()
      this.left.push(...left)
      if (left.length > 0)
        this.#end ??= 'what was written before could not be taken away: nothing more was written'
    } catch (error) {
      if (!(error instanceof SyncError)) throw error
      this.left.push({
        what: 'what the probe wrote last',
        why: `${error.message}; the next doctor takes it away`,
      })
      this.#end ??= error.message
    }
  }
}

/** @returns the first refusal where none of the usual shapes is taken. */
async function findBase(bench: Bench): Promise<(Posted & { kind: 'refused' }) | null> {
  const { type } = bench.o.conversation
  let first: (Posted & { kind: 'refused' }) | null = null
  for (const shape of [{ type }, { type, isFull: true }, { type: 'note' }, { type: 'note', isFull: true }]) {
    bench.base = shape.isFull ? { type: shape.type, custom: await sampleCustom(bench) } : shape
    const posted = await bench.post(bench.body())
    if (posted.kind === 'made') return null
    first ??= posted
  }
  return first
}

function bulkMatches(answers: readonly ProbeAnswer[]): boolean | null {
  const asked = answers.find(({ name }) => name === 'bulk-matches-external-id')
  if (asked === undefined) return null
  if (asked.answer === 'no') return false
  return asked.answer !== 'unknown' || asked.detail.startsWith(MATCHES_AT_LEAST) ? true : null
}
