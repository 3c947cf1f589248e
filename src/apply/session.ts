import type { Clock, Warning } from '../domain.ts'
import type { PlanhatReader, PlanhatWriter } from '../planhat/client.ts'
import type { HeldRecord, RecordOutcome } from '../records.ts'
import type { ApplyItem, BulkBehaviour, Entry, Strategy, StrategyMemory, Verdict } from './item.ts'

export interface SessionOptions {
  readonly reader: PlanhatReader
  readonly writer: PlanhatWriter
  readonly strategy: Strategy
  readonly memory: StrategyMemory
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  /**
   * Once an item, after Planhat confirmed or refused it. `before` is what Planhat held when the write path itself
   * found the record; null when it did not look.
   */
  readonly onOutcome: (outcome: RecordOutcome, item: ApplyItem, before: HeldRecord | null) => void
  /**
   * What a scan of all Conversations, made earlier in this very run, found under an external id; null when there was
   * none. It spares the tenants whose bulk upsert does not match a reading of their companies' lists before each
   * batch. An older scan must not be given: a run that was killed may have written since.
   */
  readonly scanned?: ((externalId: string) => readonly HeldRecord[] | null) | undefined
  /** The first record was written, and Planhat kept something else: what it holds now. The run ends after it. */
  readonly onNotKept?: ((item: ApplyItem, held: HeldRecord) => void) | undefined
  /** What a person may want to know: what was learnt of the tenant, answers that were lost. */
  readonly onEvent?: ((event: Warning) => void) | undefined
}

/** What one run of the write path knows so far. */
export class Session {
  readonly options: SessionOptions
  readonly #verdicts = new WeakMap<ApplyItem, Verdict>()
  behaviour: BulkBehaviour | null
  /** Confirmed writes of this run. */
  successes = 0
  /** Records refused alone for want of permission, before anything succeeded. */
  denials = 0
  /** Writes in a row whose answer was lost. */
  lostInARow = 0
  /** Records sent alone whose answer was lost again and again, before anything succeeded. */
  readonly unanswered: Entry[] = []
  /** The first write of the run was read back. */
  isVerified = false
  firstTries = 0
  /** A refused batch was looked up and nothing of it had been taken. */
  refusalsAreWhole = false

  constructor(options: SessionOptions) {
    this.options = options
    this.behaviour = startingBehaviour(options)
  }

  report(entry: Entry, verdict: Verdict): void {
    const { item, before } = entry
    const { callId, record, payload } = item
    if (verdict.outcome === 'created' || verdict.outcome === 'updated') this.successes += 1
    this.#verdicts.set(item, verdict)
    this.options.onOutcome({ callId, record, externalId: payload.externalId, ...verdict }, item, before)
  }

  verdictOn(entry: Entry): Verdict | undefined {
    return this.#verdicts.get(entry.item)
  }

  say(code: string, message: string): void {
    this.options.onEvent?.({ code, message })
  }
}

function startingBehaviour({ strategy, memory }: SessionOptions): BulkBehaviour | null {
  if (strategy === 'resolve' || strategy === 'single') return 'creates'
  return strategy === 'bulk' ? null : memory.get()
}
