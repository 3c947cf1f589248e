/**
 * Which calls are to be looked at, on disk before any delivery is acknowledged: a file of its own, `inbox.sqlite` in
 * the profile's state folder (0600), since an acknowledgement must survive a power cut and must not wait for a run
 * that holds the state.
 *
 * For whoever works the calls, the round is: sleep until `nextDueMs()` or a wake-up, `take()`, look at each call with
 * the API, `settle()` each with what became of it (or `giveBack()` where the work as a whole cannot go on), again.
 * What `schedule.ts` says decides when; what is taken is marked on disk, so that a call in whose work the process
 * died is known at the next start.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../domain.ts'
import type { Database } from '../store/database.ts'
import { CallsTable } from './calls-table.ts'
import type { Hint } from './event.ts'
import { type Fact, INBOX_FILE, noteFact, openInboxFile, probeWriting, readFact } from './file.ts'
import { createGroupCommit, withPatience } from './group-commit.ts'
import {
  arrived,
  crashed,
  found,
  MAX_WAIT_MS,
  type OpenCall,
  type Outcome,
  recalled,
  revived,
  settled,
  together,
} from './schedule.ts'
import { countInbox, type InboxCounts } from './standing.ts'

/** About 20 MB. Beyond it a delivery is left to the catch-up, which lists calls 50 a request. */
const MAX_CALLS = 100_000
/** What `settle` waits for a file that another process has locked: it must not forget what became of a call. */
const SETTLE_PATIENCE_MS = 10_000

export interface InboxOptions {
  /** The profile's state folder; made when it is not there. */
  readonly dir: string
  readonly clock: Clock
  readonly maxCalls?: number
  /** How long Planhat's automation may go first. */
  readonly graceMs?: number
  /** A bound on the file, by default what the disk has. */
  readonly maxPages?: number
  /** Called when an event or a catch-up may have made a call due sooner. */
  readonly onWork?: () => void
}

/** @throws STATE_UNWRITABLE, STATE_CORRUPT, STATE_NEWER, DISK_FULL (exit 7), STATE_BUSY (exit 5) */
export class Inbox {
  readonly #o: InboxOptions
  readonly #path: string
  readonly #commit: (hint: Hint) => Promise<void>
  readonly #inWork = new Set<string>()
  #db: Database
  #calls: CallsTable
  #inode: number
  #isWritable = true
  #overflowed = 0

  constructor(o: InboxOptions) {
    this.#o = o
    this.#path = join(o.dir, INBOX_FILE)
    this.#db = openInboxFile(o.dir, o.maxPages)
    this.#calls = new CallsTable(this.#db)
    this.#inode = statSync(this.#path).ino
    this.#commit = createGroupCommit({ store: (hints) => this.#store(hints), clock: o.clock })
  }

  /** Resolves when the hint survives a power cut. @throws what hinders that: the delivery is then not acknowledged. */
  async accept(hint: Hint): Promise<void> {
    try {
      await this.#commit(hint)
      this.#isWritable = true
    } catch (error) {
      this.#isWritable = false
      throw error
    }
    this.#o.onWork?.()
  }

  /** Whether the last thing that was to be stored was; where it was not, tries again now. */
  isWritable(): boolean {
    if (this.#isWritable) return true
    try {
      this.#reopenWhenReplaced()
      probeWriting(this.#db)
      this.#isWritable = true
    } catch {
      // Why was said when a delivery could not be stored; this only answers a probe.
    }
    return this.#isWritable
  }

  /** Takes up calls that are not open; with `again` also what only waits for a text. Returns how many found no room. */
  async add(callIds: readonly string[], { again = false } = {}): Promise<number> {
    const left = await this.#patiently(() => {
      const nowMs = this.#o.clock.nowMs()
      let room = Math.max(0, this.#room())
      for (const id of callIds) {
        const held = this.#calls.get(id)
        if (held === null) room -= 1
        if (held === null && room >= 0) this.#calls.put(found(id, nowMs))
        if (held !== null && again && !this.#inWork.has(id)) this.#calls.put(recalled(held, nowMs))
      }
      return Math.max(0, -room)
    })
    this.#o.onWork?.()
    return left
  }

  /** Calls whose time has come, the longest due first, at most `limit`, marked on disk as in work. */
  async take(limit: number): Promise<readonly OpenCall[]> {
    return this.#patiently(() => {
      const due = this.#calls
        .due(this.#o.clock.nowMs(), limit + this.#inWork.size)
        .filter(({ callId }) => !this.#inWork.has(callId))
      const taken = together(due.slice(0, limit))
      for (const { callId } of taken) {
        this.#calls.markInWork(callId, true)
        this.#inWork.add(callId)
      }
      return taken
    })
  }

  /** Books what became of calls that were taken. Where that fails they are due again: the work is safe to do twice. */
  async settle(results: readonly { readonly taken: OpenCall; readonly outcome: Outcome }[]): Promise<void> {
    try {
      await this.#patiently(() => {
        const nowMs = this.#o.clock.nowMs()
        for (const { taken, outcome } of results) {
          const now = this.#calls.get(taken.callId)
          // Erased meanwhile.
          if (now === null) continue
          const next = settled(now, taken, outcome, nowMs)
          if (next === null) this.#calls.drop(taken.callId)
          else this.#calls.put(next)
        }
      })
    } finally {
      for (const { taken } of results) this.#inWork.delete(taken.callId)
    }
  }

  /** Puts calls back untried: they stay due, and nothing is counted against them. */
  async giveBack(taken: readonly OpenCall[]): Promise<void> {
    for (const { callId } of taken) this.#inWork.delete(callId)
    await this.#patiently(() => {
      for (const { callId } of taken) this.#calls.markInWork(callId, false)
    })
  }

  /** At the start of a listener: calls that were in work when the last one died are counted as such. */
  async recover(): Promise<void> {
    await this.#patiently(() => {
      const nowMs = this.#o.clock.nowMs()
      for (const call of this.#calls.inWork()) this.#calls.put(crashed(call, nowMs))
    })
  }

  /** When the next call is due, in UNIX milliseconds; null where none is. In the past where one is due now. */
  nextDueMs(): number | null {
    // By what is in work here: the mark on disk stays where there was no room to take it away.
    const next = this.#calls.nextDueMs(this.#inWork)
    return next === null ? null : Math.min(next, this.#o.clock.nowMs() + MAX_WAIT_MS)
  }

  /** Tries the dead calls again, now. Returns how many. */
  async retryDead(): Promise<number> {
    const count = await this.#patiently(() => {
      const nowMs = this.#o.clock.nowMs()
      const dead = this.#calls.dead()
      for (const call of dead) this.#calls.put(revived(call, nowMs))
      return dead.length
    })
    this.#o.onWork?.()
    return count
  }

  /** Takes calls off the dead list that a reconcile has seen in order. */
  async healed(callIds: readonly string[]): Promise<void> {
    await this.#patiently(() => {
      for (const id of callIds) this.#calls.dropDead(id)
    })
  }

  async note(fact: Fact, value: string): Promise<void> {
    await this.#patiently(() => noteFact(this.#db, fact, value))
  }

  noted(fact: Fact): string | null {
    return readFact(this.#db, fact) || null
  }

  counts(): InboxCounts {
    return countInbox(this.#db, this.#o.clock.nowMs())
  }

  /** Deliveries that found the inbox full since the start: the next catch-up brings their calls. */
  get overflowed(): number {
    return this.#overflowed
  }

  close(): void {
    this.#db.close()
  }

  #store(hints: readonly Hint[]): void {
    this.#reopenWhenReplaced()
    const { graceMs = 0 } = this.#o
    const nowMs = this.#o.clock.nowMs()
    this.#db.transaction(() => {
      let room = this.#room()
      for (const { event, callId } of hints) {
        if (callId === null) continue
        const held = this.#calls.get(callId)
        const next = arrived(held, { callId, event, nowMs, graceMs })
        if (held !== null) this.#calls.putEvent(next)
        else if (room <= 0) this.#overflowed += 1
        else this.#calls.put(next)
        if (held === null) room -= 1
      }
      noteFact(this.#db, 'lastEventAt', new Date(nowMs).toISOString())
    })
  }

  #room(): number {
    return (this.#o.maxCalls ?? MAX_CALLS) - this.#calls.count()
  }

  #patiently<R>(work: () => R): Promise<R> {
    return withPatience(this.#o.clock, SETTLE_PATIENCE_MS, () => {
      this.#reopenWhenReplaced()
      return this.#db.transaction(work)
    })
  }

  /** Somebody moved the folder away while this runs: what a file without a name stores is lost; it still answers. */
  #reopenWhenReplaced(): void {
    if (statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode) return
    const db = openInboxFile(this.#o.dir, this.#o.maxPages)
    this.#db.close()
    this.#db = db
    this.#calls = new CallsTable(this.#db)
    this.#inode = statSync(this.#path).ino
  }
}
