import { CONTINUED_WITHIN_SECONDS, continuesCall } from '../../conversation/chain.ts'
import type { Call, DateRange } from '../../domain.ts'

/** A call that may still be continued, or may continue one that began in the same second. */
interface Link {
  readonly call: Call
  /** From then on no call continues it. */
  readonly until: number
  /** The later calls that fit it. */
  readonly later: Link[]
  /** How many earlier calls it fits. */
  fits: number
}

/**
 * PURE. Counts the calls that continue another: two calls are one chain where exactly one fits, both ways
 * (docs/contract.md section 10). Fed in the order of their start; holds only calls that can still be continued.
 */
export interface Chains {
  add(call: Call): void
  /** Calls that began in the range and continue another one, whenever that began. To be asked at the end. */
  count(): number
}

/** Callers who never call again are let go now and then, the others at each of their calls. */
const SWEEP_EVERY = 1_000

export function createChains({ since, until }: DateRange): Chains {
  const byParty = new Map<string, Link[]>()
  let [added, continuing] = [0, 0]
  const settle = ({ later: [only, ...others] }: Link) => {
    if (only === undefined || others.length > 0 || only.fits !== 1) return
    const { startedAt } = only.call
    if (startedAt >= since && startedAt < until) continuing += 1
  }
  const close = (party: string, now: number) => {
    const held = byParty.get(party) ?? []
    const open = held.filter((link) => link.until >= now)
    for (const link of held) if (link.until < now) settle(link)
    if (open.length === 0) byParty.delete(party)
    else byParty.set(party, open)
  }
  return {
    add(call) {
      const party = partyOf(call)
      if (party === null) return
      added += 1
      if (added % SWEEP_EVERY === 0) for (const one of byParty.keys()) close(one, call.startedAt)
      close(party, call.startedAt)
      const link: Link = { call, until: continuableUntil(call), later: [], fits: 0 }
      const near = byParty.get(party) ?? []
      for (const other of near) {
        join(other, link)
        join(link, other)
      }
      byParty.set(party, [...near, link])
    },
    count() {
      for (const party of [...byParty.keys()]) close(party, Number.POSITIVE_INFINITY)
      return continuing
    },
  }
}

function join(earlier: Link, later: Link): void {
  if (!continuesCall(earlier.call, later.call)) return
  earlier.later.push(later)
  later.fits += 1
}

function continuableUntil({ startedAt, answeredAt, endedAt }: Call): number {
  if (answeredAt === null || endedAt === null) return startedAt
  return Math.max(startedAt, endedAt + CONTINUED_WITHIN_SECONDS)
}

/** The external number by its digits; null where it names nobody (`anonymous`). */
function partyOf({ rawDigits }: Call): string | null {
  if (rawDigits === null || /\p{L}/u.test(rawDigits)) return null
  const digits = rawDigits.replace(/\D/g, '')
  return digits === '' ? null : digits
}
