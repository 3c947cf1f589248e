import { canHaveTranscript } from '../../aircall/transcript.ts'
import { type Content, NO_CHAIN, NO_INSIGHTS } from '../../content.ts'
import { buildRecords } from '../../conversation/payload.ts'
import type { Call, Match, PlanhatUser } from '../../domain.ts'
import type { DesiredRecord } from '../../records.ts'
import type { Desk } from '../run/session.ts'

export type WritableMatch = Match & { kind: 'matched' | 'shared-line' }

export function isWritable(match: Match): match is WritableMatch {
  return match.kind === 'matched' || match.kind === 'shared-line'
}

/** All that the state holds of one call; read once for everything that is made of it and compared with it. */
export function contentOf({ store }: Pick<Desk, 'store'>, call: Call): Content {
  const transcript = canHaveTranscript(call) ? store.transcripts.get(call.id) : null
  return { call, transcript, insights: NO_INSIGHTS, chain: NO_CHAIN }
}

/** The records this call should have in Planhat, by what is held now; the one computation behind plan, apply and reconcile. */
export function desiredRecords(
  { settings }: Pick<Desk, 'settings'>,
  content: Content,
  match: WritableMatch,
  users: ReadonlyMap<string, PlanhatUser>,
): DesiredRecord[] {
  return buildRecords({ content, match, users, settings: settings.config.conversation })
}
