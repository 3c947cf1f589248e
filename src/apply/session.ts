import type { Clock, Warning } from '../domain.ts'
import type { PlanhatReader, PlanhatWriter } from '../planhat/client.ts'
import type { RecordOutcome, RemoteRecord } from '../records.ts'
import { clearsContact } from './body.ts'
import {
  type ApplyItem,
  type BulkBehaviour,
  type Entry,
  isMove,
  type Strategy,
  type Verdict,
} from './item.ts'
import { readingAfter } from './reading-signal.ts'

/** What a scan of all Conversations, made earlier in this very run, found; an older one must not be given. */
export interface Snapshot {
  byExternalId(externalId: string): readonly RemoteRecord[]
  get(planhatId: string): RemoteRecord | null
  add(records: readonly RemoteRecord[]): void
}

/** One write as it is about to be sent. */
export type Announced = Pick<Entry, 'item' | 'planhatId' | 'before'>

export interface SessionOptions {
  readonly reader: PlanhatReader
  readonly writer: PlanhatWriter
  readonly strategy: Strategy
  /** What a probe found out about this tenant's bulk upsert; null where nobody asked. */
  readonly behaviour: BulkBehaviour | null
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  /** Just before each request that writes, with every record in it: whatever becomes of the answer, it is known. */
  readonly announce?: ((records: readonly Announced[]) => void) | undefined
  /**
   * Once an item, after Planhat confirmed or refused it. `before` is what Planhat had when the write path itself
   * found the record; null when it did not look.
   */
  readonly onOutcome: (outcome: RecordOutcome, item: ApplyItem, before: RemoteRecord | null) => void
  /**
   * What is known of Planhat. A run that was killed may have written since an older scan, so only one of this very
   * run is given. Companies that are looked into before a create are added to it.
   */
  readonly snapshot?: Snapshot | undefined
  /** The first record was written, and Planhat kept something else: what it holds now. The run ends after it. */
  readonly onNotKept?: ((item: ApplyItem, remote: RemoteRecord) => void) | undefined
  /** Planhat took a record's fields and left it under its old company: what it holds now. */
  readonly onNotMoved?: ((item: ApplyItem, remote: RemoteRecord) => void) | undefined
  /** Planhat did not clear a contact that belongs to nobody of the record any more. */
  readonly onContactKept?: ((item: ApplyItem) => void) | undefined
  /** A first write was read back a moment ago, and was kept. */
  readonly isVerified?: boolean | undefined
  readonly onVerified?: (() => void) | undefined
  /** Companies whose lists are in the snapshot whole, as they were a moment ago. */
  readonly looked?: Iterable<string> | undefined
  /** What a person may want to know: answers that were lost, copies that were left. */
  readonly onEvent?: ((event: Warning) => void) | undefined
}

/** What one run of the write path knows so far. */
export class Session {
  readonly options: SessionOptions
  readonly #verdicts = new WeakMap<ApplyItem, Verdict>()
  behaviour: BulkBehaviour
  /** A create is looked for in its company first, unless the tenant is known to match external ids. */
  readonly looksFirst: boolean
  /** Companies that were looked into in this run. */
  readonly looked: Set<string>
  /** For reads that tell what became of a write: a stop does not cut them at once. */
  readonly reading: AbortSignal | undefined
  /** Confirmed by an answer, to be looked at before it is believed. */
  readonly unchecked: [Entry, Verdict][] = []
  /** Whether this tenant clears a contact; null until one was looked at. */
  clearsContacts: boolean | null = null
  /** Confirmed writes of this run. */
  successes = 0
  /** Records refused alone for want of permission, before anything succeeded. */
  denials = 0
  /** Writes in a row whose answer was lost. */
  lostInARow = 0
  /** Records sent alone whose answer was lost again and again, before anything succeeded. */
  readonly unanswered: Entry[] = []
  /** The first write of the run was read back. */
  isVerified: boolean
  firstTries = 0
  /** A refused batch was looked up and nothing of it had been taken. */
  refusalsAreWhole = false

  constructor(options: SessionOptions) {
    this.options = options
    this.isVerified = options.isVerified ?? false
    this.looked = new Set(options.looked ?? [])
    this.behaviour = startingBehaviour(options)
    this.looksFirst = !(options.strategy === 'auto' && options.behaviour === 'matches')
    this.reading = readingAfter(options.signal)
  }

  /**
   * What Planhat said of a record. Where that is no proof, it is looked at first:
   * it is not documented whether Planhat moves a Conversation to another company,
   * nor whether it clears a `contactId` (docs/reference/planhat-api.md section 9).
   */
  confirm(entry: Entry, verdict: Verdict): void {
    const isOpen = clearsContact(entry.item) && this.clearsContacts === null
    if (isMove(entry) || isOpen) this.unchecked.push([entry, verdict])
    else this.report(entry, verdict)
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

function startingBehaviour({ strategy, behaviour }: SessionOptions): BulkBehaviour {
  if (strategy === 'bulk') return 'matches'
  return strategy === 'auto' ? (behaviour ?? 'creates') : 'creates'
}
