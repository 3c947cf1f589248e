import type { Call, Match } from '../../domain.ts'
import { isHeld } from '../../match/held.ts'
import type { ReadResult } from '../intake/calls.ts'
import { createBreather } from '../run/breathe.ts'
import type { Desk } from '../run/session.ts'
import type { Matcher } from './matcher.ts'

/**
 * Held calls by their number, before the first row is written: each row says how many share its number, so
 * that a reviewer can begin with those that call most. Numbers are few beside calls, and each is kept once.
 */
export async function countHeldCalls(
  { signal }: Pick<Desk, 'signal'>,
  calls: Iterable<Call>,
  matcher: Matcher,
): Promise<ReadonlyMap<string, number>> {
  const breathe = createBreather(signal)
  const counts = new Map<string, number>()
  for (const call of calls) {
    await breathe()
    countHeld(counts, matcher(call))
  }
  return counts
}

/** The same while the pages of a read come in, so that its calls are not read again from the state for it. */
export class HeldCallsSeen {
  readonly #matcher: Matcher
  readonly #counts = new Map<string, number>()
  #seen = 0

  constructor(matcher: Matcher) {
    this.#matcher = matcher
  }

  see(calls: readonly Call[]): void {
    this.#seen += calls.length
    for (const call of calls) countHeld(this.#counts, this.#matcher(call))
  }

  /** Null where the read gave a call twice, or another run had some of its pages: then the state has to be asked. */
  of({ calls, isContinued }: Pick<ReadResult, 'calls' | 'isContinued'>): ReadonlyMap<string, number> | null {
    return isContinued || calls !== this.#seen ? null : this.#counts
  }
}

function countHeld(counts: Map<string, number>, match: Match): void {
  if (!isHeld(match) || match.number === null) return
  counts.set(match.number, (counts.get(match.number) ?? 0) + 1)
}
