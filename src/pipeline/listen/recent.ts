import { BUCKETS, type Bucket, type Call, type Match } from '../../domain.ts'
import type { Store } from '../../store/store.ts'
import type { Recent as Measure } from '../planning/guards.ts'
import type { Matcher } from '../planning/matcher.ts'
import { LISTENER } from '../run/take-lock.ts'

/** docs/contract.md section 9: the guards look at the last 24 hours. */
export const RECENT_MS = 86_400_000

interface Seen {
  readonly atMs: number
  readonly bucket: Bucket
  readonly endUserId: string | null
}

/** The calls of the last 24 hours, each once, as they matched last: what the guards of a listener look at. */
export class Recent {
  readonly #calls = new Map<string, Seen>()

  /** Begins with what the state has, so that a start forgets nothing. */
  seed({ calls }: Pick<Store, 'calls'>, matcher: Matcher, nowMs: number): void {
    const until = Math.floor(nowMs / 1000) + 1
    for (const call of calls.iterate({ since: until - RECENT_MS / 1000, until }))
      this.note(call, matcher(call), call.startedAt * 1000)
  }

  note({ id }: Call, match: Match, atMs: number): void {
    // The one that was noted last stands last, so that what is too old stands first.
    this.#calls.delete(id)
    const endUserId = match.kind === 'matched' ? match.endUsers[0].id : null
    this.#calls.set(id, { atMs, bucket: match.kind, endUserId })
  }

  /** `planned`: changes that are about to be made. */
  measure({ runs }: Pick<Store, 'runs'>, nowMs: number, planned: number): Measure {
    const sinceMs = nowMs - RECENT_MS
    const buckets = Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0])) as Record<Bucket, number>
    const matchedByEndUser = new Map<string, number>()
    for (const [id, { atMs, bucket, endUserId }] of this.#calls) {
      if (atMs < sinceMs) {
        this.#calls.delete(id)
        continue
      }
      buckets[bucket] += 1
      if (endUserId !== null) matchedByEndUser.set(endUserId, (matchedByEndUser.get(endUserId) ?? 0) + 1)
    }
    return { changes: runs.countWrites(LISTENER, sinceMs) + planned, buckets, matchedByEndUser }
  }
}
