import { outcomeOf } from '../../conversation/outcome.ts'
import type { Call } from '../../domain.ts'
import { countCall, emptyRow, type Writable } from '../page/tally.ts'
import type { FullTally } from './model.ts'

export function emptyTally(): Writable<FullTally> {
  const { name: _, ...tally } = emptyRow('')
  return { ...tally, outboundVoicemail: 0 }
}

/** Adds one call. */
export function countFully(tally: Writable<FullTally>, call: Call): void {
  countCall(tally, call)
  if (call.direction === 'outbound' && outcomeOf(call) === 'voicemail') tally.outboundVoicemail += 1
}
