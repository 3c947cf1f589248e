import type { Match } from '../../domain.ts'

/** Shared lines included, as in the counts of a run. */
export function isMatched(match: Match): match is Match & { kind: 'matched' | 'shared-line' } {
  return match.kind === 'matched' || match.kind === 'shared-line'
}

/** Whether the number could be looked up: what a match rate is a share of. */
export function isMatchable(match: Match): boolean {
  return isMatched(match) || ['ambiguous', 'proposed', 'unmatched'].includes(match.kind)
}
