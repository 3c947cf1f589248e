import { type Chain, type ChainLink, NO_CHAIN } from '../content.ts'
import type { Call } from '../domain.ts'
import { isSameAgent } from './content-parts.ts'

/** docs/contract.md section 10: so long after its end a call may be continued by another. */
export const CONTINUED_WITHIN_SECONDS = 30

/** The calls around one with the same external number; itself may be among them. */
export type Neighbours = (call: Call) => readonly Call[]

/** Whether the later call is what became of the earlier one. Both have the same external number. */
export function continuesCall(earlier: Call, later: Call): boolean {
  if (earlier.id === later.id || earlier.answeredAt === null || earlier.endedAt === null) return false
  if (later.startedAt < earlier.answeredAt || later.startedAt > earlier.endedAt + CONTINUED_WITHIN_SECONDS)
    return false
  return isSameAgent(earlier.transferredTo, later.agent) || isSameAgent(later.transferredBy, earlier.agent)
}

/**
 * How many calls fit before and after a call, and the one where exactly one
 * does and nothing else fits that one either.
 */
export interface ChainFinding extends Chain {
  readonly fitsBefore: number
  readonly fitsAfter: number
}

export const NO_FINDING: ChainFinding = { ...NO_CHAIN, fitsBefore: 0, fitsAfter: 0 }

/**
 * PURE but for what `neighbours` reads. Whatever the order in which calls came
 * in, the same calls give the same chain.
 */
export function findChain(call: Call, neighbours: Neighbours): ChainFinding {
  const near = neighbours(call)
  if (near.length === 0) return NO_FINDING
  const before = near.filter((one) => continuesCall(one, call))
  const after = near.filter((one) => continuesCall(call, one))
  const [earlier, later] = [only(before), only(after)]
  return {
    earlier: earlier !== null && count(neighbours, earlier, 'after') === 1 ? linkOf(earlier) : null,
    later: later !== null && count(neighbours, later, 'before') === 1 ? linkOf(later) : null,
    fitsBefore: before.length,
    fitsAfter: after.length,
  }
}

function count(neighbours: Neighbours, call: Call, side: 'before' | 'after'): number {
  return neighbours(call).filter((one) =>
    side === 'after' ? continuesCall(call, one) : continuesCall(one, call),
  ).length
}

function only(calls: readonly Call[]): Call | null {
  return calls.length === 1 ? (calls[0] ?? null) : null
}

function linkOf({ id, startedAt, agent }: Call): ChainLink {
  return { callId: id, startedAt, agent }
}
