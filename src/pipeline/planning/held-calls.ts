import type { Call } from '../../domain.ts'
import { isHeld } from '../../match/held.ts'
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
    const match = matcher(call)
    if (isHeld(match) && match.number !== null) counts.set(match.number, (counts.get(match.number) ?? 0) + 1)
  }
  return counts
}
