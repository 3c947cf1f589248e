/** What happens to the calls of the embedded Aircall as time goes on, for whoever has a webhook. */
import type { AircallState } from '../aircall/state.ts'
import type { RawCall } from '../aircall/types.ts'
import type { Switches } from '../switches.ts'
import { STREAM, uniformAt } from '../world/random.ts'
import type { Happening } from './payload.ts'

/** A recording is ready a moment after the call has ended. */
const ASSETS_SECONDS = 2
/** "When the agent leaves the after-call screen": here soon, so that whoever watches sees it. */
const SCREEN_SECONDS = 20
const TAGGED_SHARE = 0.4
const COMMENTED_SHARE = 0.3
const INSIGHTS = ['summary.created', 'topics.created', 'sentiment.created', 'action_item.created']
/** A transcript that is later than that comes without an event, as one whose event was lost. */
const WATCH_SECONDS = 2 * 3600

export interface HappeningsOptions {
  readonly state: AircallState
  readonly seed: number
  readonly switches: Pick<Switches, 'eventDelaySeconds'>
}

interface Watched {
  readonly id: number
  readonly said: Set<string>
}

/** Follows calls from the moment it was made: those going on then, those that come in, and those that a test adds. */
export class Happenings {
  readonly #o: HappeningsOptions
  readonly #watched = new Map<number, Watched>()
  #seenUntil: number
  #added: number

  constructor(o: HappeningsOptions) {
    this.#o = o
    this.#seenUntil = o.state.nowSeconds - 2 * 3600
    this.#added = o.state.addedIds().length
    for (const call of this.#newCalls()) if (call.ended_at === null) this.#watch(call.id)
  }

  /** What has happened since it was last asked, in order. Late tags and notes are put into the calls here. */
  next(): Happening[] {
    for (const call of this.#newCalls()) this.#watch(call.id)
    const added = this.#o.state.addedIds()
    for (const id of added.slice(this.#added)) this.#watch(id)
    this.#added = added.length
    return [...this.#watched.values()].flatMap((one) => this.#follow(one))
  }

  #newCalls(): RawCall[] {
    const { state } = this.#o
    const now = state.nowSeconds
    const range = state.range(this.#seenUntil, now)
    this.#seenUntil = now
    return range.page(0, range.total, 'asc')
  }

  #watch(id: number): void {
    if (!this.#watched.has(id)) this.#watched.set(id, { id, said: new Set() })
  }

  #follow(watched: Watched): Happening[] {
    const call = this.#o.state.get(watched.id)
    const age = call?.ended_at == null ? 0 : this.#o.state.nowSeconds - call.ended_at
    if (call === null || age > WATCH_SECONDS) {
      this.#watched.delete(watched.id)
      return []
    }
    const due = this.#due(call, age)
    if (due.includes('transcription.created') && age >= this.#lastSeconds) this.#watched.delete(watched.id)
    return due
      .filter((event) => !watched.said.has(event))
      .map((event) => {
        watched.said.add(event)
        return { event, call: this.#touch(call, event) }
      })
  }

  get #lastSeconds(): number {
    return this.#o.switches.eventDelaySeconds + SCREEN_SECONDS
  }

  /** Every event that the call has behind it by now. */
  #due(call: RawCall, age: number): string[] {
    const delay = this.#o.switches.eventDelaySeconds
    const events = ['call.created']
    if (call.answered_at !== null) events.push('call.answered')
    if (call.ended_at === null) return events
    events.push('call.hungup')
    if (age >= delay) events.push('call.ended')
    if (age >= delay + ASSETS_SECONDS && (call.recording ?? call.voicemail) !== null)
      events.push('call.comm_assets_generated')
    if (age >= this.#lastSeconds && this.#luck(call, 1) < TAGGED_SHARE) events.push('call.tagged')
    if (age >= this.#lastSeconds && this.#luck(call, 2) < COMMENTED_SHARE) events.push('call.commented')
    if (this.#o.state.transcript(call.id).kind === 'ready') events.push('transcription.created', ...INSIGHTS)
    return events
  }

  #touch(call: RawCall, event: string): RawCall {
    const now = this.#o.state.nowSeconds
    const by = call.user
    if (event === 'call.tagged')
      this.#o.state.patchCall(call.id, {
        tags: [{ id: 78, name: 'Call back', created_at: now, tagged_by: by }],
      })
    if (event === 'call.commented') {
      this.#o.state.patchCall(call.id, {
        comments: [{ id: now, content: 'Please send the offer again.', posted_at: now, posted_by: by }],
      })
    }
    return this.#o.state.get(call.id) ?? call
  }

  #luck(call: RawCall, which: number): number {
    return uniformAt(this.#o.seed + which, STREAM.deliveries, call.id % 2 ** 31)
  }
}
