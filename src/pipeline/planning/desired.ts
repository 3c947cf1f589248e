import { canHaveTranscript } from '../../aircall/transcript.ts'
import { buildRecords } from '../../conversation/payload.ts'
import type { Call, Match, PlanhatUser } from '../../domain.ts'
import type { DesiredRecord } from '../../records.ts'
import type { Desk } from '../run/session.ts'

export type WritableMatch = Match & { kind: 'matched' | 'shared-line' }

export function isWritable(match: Match): match is WritableMatch {
  return match.kind === 'matched' || match.kind === 'shared-line'
}

/** The records this call should have in Planhat, by what is held now; the one computation behind plan, apply and reconcile. */
export function desiredRecords(
  session: Desk,
  call: Call,
  match: WritableMatch,
  users: ReadonlyMap<string, PlanhatUser>,
): DesiredRecord[] {
  const { store, settings } = session
  const transcript = canHaveTranscript(call) ? store.transcripts.get(call.id) : null
  return buildRecords({ call, match, transcript, users, settings: settings.config.conversation })
}
