import type { CallScript } from '../world/call-script.ts'
import type { RawCall } from './types.ts'

/** An added call is transcribed by what it says of itself, not by what its id would have made. */
export function scriptOfAdded(script: CallScript, call: RawCall): CallScript {
  const digits = (call.raw_digits ?? '').replaceAll(/\D/g, '')
  const voicemail = call.answered_at === null && call.voicemail !== null
  const spokeFrom = call.answered_at ?? call.started_at
  return {
    ...script,
    caller: { ...script.caller, e164: digits.length > 6 ? `+${digits}` : null },
    course: voicemail ? 'voicemail' : 'answered',
    hasAiAgent: false,
    talkSeconds: Math.max(5, (call.ended_at ?? spokeFrom) - spokeFrom),
  }
}
