import { canHaveTranscript } from '../../aircall/transcript.ts'
import { type Content, NO_INSIGHTS } from '../../content.ts'
import { findChain, NO_FINDING } from '../../conversation/chain.ts'
import { buildRecords, externalIdOf } from '../../conversation/payload.ts'
import { readBack, withWritten } from '../../conversation/read-back.ts'
import type { Call, Match, PlanhatUser } from '../../domain.ts'
import type { DesiredRecord } from '../../records.ts'
import type { Desk } from '../run/session.ts'
import { storedFieldKinds } from './field-kinds.ts'

export type WritableMatch = Match & { kind: 'matched' | 'shared-line' }

export function isWritable(match: Match): match is WritableMatch {
  return match.kind === 'matched' || match.kind === 'shared-line'
}

/** All that the state holds of one call; read once for everything that is made of it and compared with it. */
export function contentOf(desk: Pick<Desk, 'store' | 'settings'>, call: Call): Content {
  const { store, settings } = desk
  const { content: wanted } = settings.config.conversation
  const transcript = canHaveTranscript(call) ? store.transcripts.get(call.id) : null
  const { fitsBefore, fitsAfter, ...chain } = wanted.transfers
    ? findChain(call, (one) => store.calls.around(one))
    : NO_FINDING
  const content = {
    call,
    transcript,
    insights: wanted.insights.length > 0 ? store.insights.get(call.id) : NO_INSIGHTS,
    chain,
  }
  if (!wanted.transfers && wanted.insights.length === 0) return content
  const written = writtenOf(desk, call)
  if (written === null) return content
  // Where a call is here that fits, the state knows better than what was written before it came.
  const { insights, chain: told } = readBack(written)
  const kept = { earlier: fitsBefore > 0 ? null : told.earlier, later: fitsAfter > 0 ? null : told.later }
  return withWritten(content, { insights, chain: kept }, wanted)
}

/**
 * The call record's description as we wrote it last; where we do not know
 * (state lost, content purged), as Planhat has it.
 */
function writtenOf({ store, settings }: Pick<Desk, 'store' | 'settings'>, call: Call): string | null {
  const externalId = externalIdOf(call.id, 'call', settings.config.conversation)
  const base = store.ledger.get(externalId)
  if (base !== null && base.purged !== true) return base.payload.description
  return store.snapshot.byExternalId(externalId)[0]?.description ?? null
}

/**
 * The records this call should have in Planhat, by what is held now; the one
 * computation behind plan, apply and reconcile.
 */
export function desiredRecords(
  desk: Pick<Desk, 'settings' | 'store'>,
  content: Content,
  match: WritableMatch,
  users: ReadonlyMap<string, PlanhatUser>,
): DesiredRecord[] {
  const { conversation: settings } = desk.settings.config
  return buildRecords({ content, match, users, settings, kinds: storedFieldKinds(desk) })
}
