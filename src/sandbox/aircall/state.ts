import type { Clock } from '../../domain.ts'
import { type CallMaker, FIRST_CALL_ID } from '../world/call-maker.ts'
import { type CallRange, createRange, firstAbove } from '../world/call-range.ts'
import { canHaveTranscript, fateOf, makeTranscription, ripeAt } from '../world/transcript-maker.ts'
import type { Truth, World } from '../world/world-types.ts'
import { scriptOfAdded } from './added-script.ts'
import { InsightShelf } from './insight-shelf.ts'
import type { RawCall, RawLine, RawTranscription, RawUser, TranscriptAnswer } from './types.ts'

/**
 * The calls of the embedded Aircall: a million made on demand, and beside them whatever a test adds,
 * changes or takes away.
 */

/** Added calls get ids far above the made-up ones, so that ids never meet. */
const FIRST_ADDED_ID = FIRST_CALL_ID + 60_000_000_000

export interface AircallOptions {
  readonly world: World
  readonly maker: CallMaker
  readonly clock: Clock
  /** Whether young calls still change. */
  readonly matures: () => boolean
  /** Whether transcription was on for this call's line when it took place. */
  readonly transcribes: (call: RawCall) => boolean
  readonly truthOfNumber: (e164: string) => Truth
}

interface Position {
  readonly id: number
  readonly startedAt: number
}

/** Made-up calls plus edits. Ids are numbers, as on the wire. */
export class AircallState {
  readonly numbers: RawLine[]
  readonly users: RawUser[]
  readonly insights = new InsightShelf()
  readonly #o: AircallOptions
  readonly #added = new Map<number, { call: RawCall; truth: Truth | null }>()
  readonly #patches = new Map<number, Partial<RawCall>>()
  readonly #removed = new Set<number>()
  readonly #transcripts = new Map<number, TranscriptAnswer>()
  #everythingIsRipe = false
  #version = 0
  #merged: { key: string; positions: Position[] } | null = null

  constructor(options: AircallOptions) {
    this.#o = options
    this.numbers = [...options.world.lines]
    this.users = [...options.world.agents]
  }

  get seed(): number {
    return this.#o.world.seed
  }

  get nowSeconds(): number {
    return Math.floor(this.#o.clock.nowMs() / 1000)
  }

  /** Adds a call (by default a three-minute answered inbound one that just ended) and returns it. */
  addCall(partial: Partial<RawCall> = {}, truth: Truth | null = null): RawCall {
    const started = partial.started_at ?? this.nowSeconds - 200
    const id = partial.id ?? FIRST_ADDED_ID + this.#added.size
    const template = this.#o.maker.make(0, this.nowSeconds)
    const ended = partial.ended_at === undefined ? started + 190 : partial.ended_at
    const call: RawCall = {
      ...template,
      id,
      direct_link: `https://api.aircall.io/v1/calls/${id}`,
      direction: 'inbound',
      status: ended === null ? 'answered' : 'done',
      started_at: started,
      answered_at: started + 10,
      ended_at: ended,
      duration: ended === null ? 0 : ended - started,
      missed_call_reason: null,
      raw_digits: '+1 202-555-0199',
      user: this.users[0] ?? null,
      voicemail: null,
      recording: `https://recordings.example.com/${id}.mp3?expires=3600`,
      asset: `https://assets.aircall.io/calls/${id}/recording`,
      transferred_to: null,
      comments: [],
      tags: [],
      ...partial,
    }
    this.#added.set(id, { call, truth })
    this.#version += 1
    return call
  }

  /** Changes fields of any call; a changed `started_at` moves it in the list. */
  patchCall(id: number | string, patch: Partial<RawCall>): void {
    const key = Number(id)
    this.#patches.set(key, { ...this.#patches.get(key), ...patch })
    this.#version += 1
  }

  /** Calls that were added, in order. */
  addedIds(): number[] {
    return [...this.#added.keys()]
  }

  removeCall(id: number | string): void {
    this.#removed.add(Number(id))
    this.#version += 1
  }

  get(id: number | string): RawCall | null {
    const key = Number(id)
    if (this.#removed.has(key)) return null
    const call = this.#added.get(key)?.call ?? this.#makeById(key)
    return call ? { ...call, ...this.#patches.get(key) } : null
  }

  get size(): number {
    return this.#count() + this.#added.size - this.#removed.size
  }

  /** Every call there is now, in the list's order. */
  *calls(): IterableIterator<RawCall> {
    const all = this.range(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    for (let offset = 0; offset < all.total; offset += 50) yield* all.page(offset, 50, 'asc')
  }

  /** The calls of `(from, to]`, UNIX seconds, ascending by start (docs/reference/aircall-api.md section 2). */
  range(from: number, to: number): CallRange<RawCall> {
    const now = this.nowSeconds
    const { maker } = this.#o
    if (this.#version > 0) {
      const positions = this.#mergedPositions()
      const low = firstAbove(positions.length, (at) => positions[at]?.startedAt ?? 0, from)
      const high = firstAbove(positions.length, (at) => positions[at]?.startedAt ?? 0, to)
      return createRange(Math.max(0, high - low), (at) => this.#need(positions[low + at]?.id ?? 0))
    }
    const count = this.#count()
    const low = firstAbove(count, (index) => maker.startOf(index, now), from)
    const high = firstAbove(count, (index) => maker.startOf(index, now), to)
    return createRange(Math.max(0, high - low), (at) => maker.make(low + at, now))
  }

  /** Says what `/transcription` answers for this call from now on. */
  setTranscript(id: number | string, answer: TranscriptAnswer | RawTranscription): void {
    this.#transcripts.set(Number(id), 'kind' in answer ? answer : { kind: 'ready', transcription: answer })
  }

  /** Makes the transcript of one call (or of all that can have one) ready now. */
  ripen(id?: number | string): void {
    if (id === undefined) {
      this.#everythingIsRipe = true
      return
    }
    this.#transcripts.set(Number(id), {
      kind: 'ready',
      transcription: this.#transcribe(this.#need(Number(id))),
    })
  }

  transcript(id: number | string): TranscriptAnswer {
    const set = this.#transcripts.get(Number(id))
    if (set) return set
    const index = this.#o.maker.indexOf(Number(id))
    const call = this.get(id)
    if (index === null || !call || call.ended_at === null || !this.#o.transcribes(call))
      return { kind: 'missing' }
    if (this.#added.has(call.id)) {
      return this.#everythingIsRipe
        ? { kind: 'ready', transcription: this.#transcribe(call) }
        : { kind: 'missing' }
    }
    const script = this.#o.maker.scriptOf(index)
    if (!canHaveTranscript(script)) return { kind: 'missing' }
    const seed = this.#o.world.seed
    const fate = this.#everythingIsRipe ? 'ready' : fateOf(seed, index)
    if (fate === 'never') return { kind: 'missing' }
    if (fate === 'empty' || fate === 'accepted') return { kind: fate }
    const worldStart = Math.floor(this.#o.world.nowMs / 1000)
    const ripe = ripeAt({ seed, index, fate, endedAt: call.ended_at, worldStart })
    if (!this.#everythingIsRipe && this.nowSeconds < ripe) return { kind: 'missing' }
    return { kind: 'ready', transcription: this.#transcribe(call) }
  }

  /** What the made-up world says of a call now; for an added call, what it says of its number. */
  truth(id: number | string): Truth {
    const added = this.#added.get(Number(id))
    if (!added) {
      const index = this.#o.maker.indexOf(Number(id))
      if (index === null || index >= this.#count()) throw new RangeError(`no such call: ${id}`)
      return this.#o.maker.truthOf(index, this.nowSeconds)
    }
    if (added.truth) return added.truth
    const call = this.#need(Number(id))
    if (call.ended_at === null) return { bucket: 'in-progress' }
    return this.#o.truthOfNumber(`+${(call.raw_digits ?? '').replaceAll(/\D/g, '')}`)
  }

  #transcribe(call: RawCall): RawTranscription {
    const index = this.#o.maker.indexOf(call.id) ?? 0
    const script = this.#o.maker.scriptOf(index)
    const spoken = this.#added.has(call.id) ? scriptOfAdded(script, call) : script
    return makeTranscription(this.#o.world.seed, index, spoken, call)
  }

  #count(): number {
    return this.#o.maker.countAt(this.nowSeconds)
  }

  #makeById(id: number): RawCall | null {
    const index = this.#o.maker.indexOf(id)
    return index === null || index >= this.#count() ? null : this.#o.maker.make(index, this.nowSeconds)
  }

  #need(id: number): RawCall {
    const call = this.get(id)
    if (!call) throw new RangeError(`no such call: ${id}`)
    return call
  }

  /** With edits the order is no more a function of the index: it is made once an edit and second. */
  #mergedPositions(): Position[] {
    const now = this.nowSeconds
    const count = this.#count()
    const key = `${this.#version}:${count}:${this.#o.matures() ? now : 0}`
    if (this.#merged?.key === key) return this.#merged.positions
    const made = Array.from({ length: count }, (_, index) => {
      const id = this.#o.maker.idOf(index)
      return { id, startedAt: this.#patches.get(id)?.started_at ?? this.#o.maker.startOf(index, now) }
    })
    const added = [...this.#added.values()].map(({ call }) => {
      return { id: call.id, startedAt: this.#patches.get(call.id)?.started_at ?? call.started_at }
    })
    const positions = [...made, ...added]
      .filter((position) => !this.#removed.has(position.id))
      .sort((a, b) => a.startedAt - b.startedAt || a.id - b.id)
    this.#merged = { key, positions }
    return positions
  }
}
