import type { Match } from '../domain.ts'

export type HeldMatch = Match & { kind: 'ambiguous' | 'proposed' | 'unmatched' }

/** Whether the call waits for a person: somebody can say whose it is, and nobody said that its number is nobody's. */
export function isHeld(match: Match): match is HeldMatch {
  if (match.kind !== 'ambiguous' && match.kind !== 'proposed' && match.kind !== 'unmatched') return false
  return match.declined !== true
}
