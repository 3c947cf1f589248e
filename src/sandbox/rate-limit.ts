/** A server's own rate limit: so many requests a minute, for everybody together. */
import type { Clock } from '../domain.ts'

const MINUTE_MS = 60_000

export interface RateLimit {
  /** Null when the request may pass, else UNIX milliseconds from which requests pass again. */
  refuseUntil(): number | null
  readonly perMinute: number | null
  readonly remaining: number
}

/**
 * `fixed`: whole minutes of the clock, the excess waits for the next one. `block`: a sliding minute, the
 * excess shuts the door for 60 s ("blocks your access for 60 seconds", docs/reference/aircall-api.md section 5).
 */
export function createRateLimit(o: {
  perMinute: number | null
  clock: Clock
  window: () => 'fixed' | 'block'
}): RateLimit {
  let minute = -1
  let used = 0
  let recent: number[] = []
  let blockedUntil = 0

  function refuseFixed(limit: number, now: number): number | null {
    const current = Math.floor(now / MINUTE_MS)
    if (current !== minute) {
      minute = current
      used = 0
    }
    if (used >= limit) return (minute + 1) * MINUTE_MS
    used += 1
    return null
  }

  function refuseBlock(limit: number, now: number): number | null {
    if (now < blockedUntil) return blockedUntil
    recent = recent.filter((at) => at > now - MINUTE_MS)
    if (recent.length >= limit) {
      blockedUntil = now + MINUTE_MS
      return blockedUntil
    }
    recent.push(now)
    return null
  }

  return {
    perMinute: o.perMinute,
    get remaining() {
      return o.perMinute === null ? Number.MAX_SAFE_INTEGER : Math.max(0, o.perMinute - used)
    },
    refuseUntil() {
      if (o.perMinute === null) return null
      const refuse = o.window() === 'fixed' ? refuseFixed : refuseBlock
      return refuse(o.perMinute, o.clock.nowMs())
    },
  }
}
