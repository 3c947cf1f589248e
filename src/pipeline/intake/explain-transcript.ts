import { canHaveTranscript } from '../../aircall/transcript.ts'
import type { TranscriptState } from '../../content.ts'
import type { Call } from '../../domain.ts'
import { Evidence } from '../../learning/evidence.ts'
import { reasonFor, sayReason } from '../../learning/reason.ts'
import type { Desk } from '../run/session.ts'
import { placeOf } from './search.ts'

export interface TranscriptExplanation {
  readonly state: TranscriptState
  /** One sentence. */
  readonly because: string
  readonly askedAt: string | null
}

/** Where the transcript of one call stands, and why. */
export function explainTranscript(desk: Desk, call: Call): TranscriptExplanation {
  const { state: known, askedAtMs } = desk.store.transcripts.status(call.id)
  const state = canHaveTranscript(call) ? known : 'ineligible'
  const askedAt = askedAtMs === null ? null : new Date(askedAtMs).toISOString()
  return { state, because: BECAUSE[state](desk, call), askedAt }
}

const BECAUSE: Readonly<Record<TranscriptState, (desk: Desk, call: Call) => string>> = {
  'not-asked': () => 'Aircall was not asked for it yet.',
  pending: () =>
    'Aircall did not have it when it was asked last; every run whose window has the call asks once more.',
  ready: () => 'Aircall gave it.',
  none: ({ settings }) =>
    `Aircall had none ${settings.config.transcripts.giveUpAfterHours} ` +
    'hours after the call ended or later; only --refresh asks again.',
  denied: () => 'Aircall refused it (403).',
  assumed: (desk, call) => `Not asked: ${whyAssumed(desk, call)}.`,
  ineligible: () => 'A call can have one when it ended, with at least 5 seconds of talk or a voicemail.',
}

function whyAssumed({ store }: Desk, call: Call): string {
  const evidence = new Evidence()
  store.searchPlaces.addEvidence(evidence, '')
  const place = placeOf(call)
  const reason = reasonFor(evidence.streams(), place)
  if (reason === null) return 'what was asked of its line says that it has none'
  return sayReason(reason, call.line?.name ?? place.line, place.sort)
}
