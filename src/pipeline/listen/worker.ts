import { catchUp } from './catch-up.ts'
import { drain } from './drain.ts'
import type { Listener } from './listener.ts'
import { withShift } from './shift.ts'
import { isLocked, LOCKED_PAUSE_MS, type Trouble, troubleAfter } from './trouble.ts'

/** What a worker is asked to do besides calls that are due. */
export interface Duties {
  /** What `reconcile --since WINDOW --fix` does. @throws as that does. */
  readonly reconcile: () => Promise<void>
  /** Looks at our webhook; true where it was asleep and a catch-up is due. */
  readonly watchWebhook: () => Promise<boolean>
}

/** Other processes may put work into the inbox, and a clock may jump: it is looked into so often at least. */
const LONGEST_NAP_MS = 5_000
const WEBHOOK_MS = 3_600_000
/** Between two batches, so that a command that waits for the profile gets it. */
const BREATH_MS = 500

type Job = 'reconcile' | 'catch-up' | 'webhook' | 'drain'

/** Of what is due at the same time. */
const ORDER: readonly Job[] = ['webhook', 'catch-up', 'drain', 'reconcile']
/** A reconcile lists the whole window again. */
const LEAST_PAUSE_MS: Readonly<Partial<Record<Job, number>>> = { reconcile: 15 * 60_000 }

/** Does one thing after the other, whatever comes: nothing that fails ends it, only a stop does. */
export class Worker {
  readonly #listener: Listener
  readonly #duties: Duties
  readonly #dueMs: Record<Exclude<Job, 'drain'>, number>
  #nap = new AbortController()
  readonly #troubles = new Map<Job, Trouble>()

  constructor(listener: Listener, duties: Duties) {
    this.#listener = listener
    this.#duties = duties
    const nowMs = listener.clock.nowMs()
    const { reconcileMs } = listener.options
    const isFirst = listener.inbox.noted('goodAt') === null
    const later = reconcileMs === 0 ? Number.POSITIVE_INFINITY : nowMs + reconcileMs
    this.#dueMs = { reconcile: later, 'catch-up': nowMs, webhook: nowMs }
    if (isFirst) listener.log.info('This is the first start: the calls of the window are brought over first.')
  }

  /** What is in trouble, that of the calls themselves first; none while all is well. */
  get troubles(): readonly Trouble[] {
    const ofCalls = this.#troubles.get('drain')
    const others = [...this.#troubles.values()].filter((one) => one !== ofCalls)
    return ofCalls === undefined ? others : [ofCalls, ...others]
  }

  get trouble(): Trouble | null {
    return this.troubles[0] ?? null
  }

  /** Something may have become due. */
  wake(): void {
    this.#nap.abort()
  }

  /** Works until the listener is stopped. */
  async run(): Promise<void> {
    const { signal } = this.#listener
    while (!signal.aborted) {
      const job = this.#next()
      if (job === null) await this.#rest(this.#nextMs())
      else await this.#attempt(job)
    }
  }

  /** Does everything that is due now, once: for a clock that stands still. */
  async settle(): Promise<void> {
    for (let job = this.#next(); job !== null; job = this.#next()) await this.#attempt(job)
  }

  /** What is due first of what is not in trouble: a catch-up that fails keeps no call from being worked. */
  #next(): Job | null {
    const nowMs = this.#listener.clock.nowMs()
    return ORDER.find((job) => this.#dueOf(job) <= nowMs) ?? null
  }

  #nextMs(): number {
    return Math.min(...ORDER.map((job) => this.#dueOf(job)))
  }

  #dueOf(job: Job): number {
    const { inbox } = this.#listener
    const dueMs = job === 'drain' ? (inbox.nextDueMs() ?? Number.POSITIVE_INFINITY) : this.#dueMs[job]
    return Math.max(dueMs, this.#troubles.get(job)?.untilMs ?? 0)
  }

  async #attempt(job: Job): Promise<void> {
    const { clock, signal, log } = this.#listener
    try {
      await this.#do(job)
      if (this.#troubles.delete(job)) log.info(`The work goes on (${job}).`)
    } catch (error) {
      if (signal.aborted) return
      if (isLocked(error)) {
        await this.#rest(clock.nowMs() + LOCKED_PAUSE_MS)
        return
      }
      this.#fail(job, error)
    }
  }

  async #do(job: Job): Promise<void> {
    const { clock, options } = this.#listener
    switch (job) {
      case 'catch-up':
        await withShift(this.#listener, catchUp)
        this.#dueMs['catch-up'] = this.#inMs(options.catchUpMs)
        return
      case 'reconcile':
        await this.#duties.reconcile()
        this.#dueMs.reconcile = this.#inMs(options.reconcileMs)
        return
      case 'webhook':
        this.#dueMs.webhook = this.#inMs(WEBHOOK_MS)
        if (await this.#duties.watchWebhook()) this.#dueMs['catch-up'] = clock.nowMs()
        return
      case 'drain':
        await drain(this.#listener)
        if ((this.#listener.inbox.nextDueMs() ?? Number.POSITIVE_INFINITY) <= clock.nowMs())
          await this.#rest(clock.nowMs() + BREATH_MS)
    }
  }

  #inMs(pauseMs: number): number {
    return pauseMs === 0 ? Number.POSITIVE_INFINITY : this.#listener.clock.nowMs() + pauseMs
  }

  #fail(job: Job, error: unknown): void {
    const { clock, log } = this.#listener
    const before = this.#troubles.get(job) ?? null
    const trouble = troubleAfter(before, error, { nowMs: clock.nowMs(), leastMs: LEAST_PAUSE_MS[job] ?? 0 })
    // What stays the same is said once; metrics and /readyz go on saying it.
    if (before?.code !== trouble.code) {
      const again = new Date(trouble.untilMs).toISOString()
      const why = trouble.message.replace(/(?<![.!?])$/, '.')
      const text = `${why} Events are accepted and wait; this is tried again from ${again}.`
      log.warn(trouble.code, text, { job })
    }
    if (trouble.code === 'UNEXPECTED' && error instanceof Error) log.debug(error.stack ?? error.message)
    this.#troubles.set(job, trouble)
  }

  async #rest(untilMs: number): Promise<void> {
    const { clock, signal } = this.#listener
    this.#nap = new AbortController()
    const waitMs = Math.min(Math.max(0, untilMs - clock.nowMs()), LONGEST_NAP_MS)
    if (waitMs === 0 || signal.aborted) return
    await clock.sleep(waitMs, AbortSignal.any([signal, this.#nap.signal])).catch(() => {})
  }
}
