import type { ConversationSettings } from '../content-settings.ts'
import type { DateRange } from '../domain.ts'
import { instantOf } from '../plan/diff.ts'
import type { RemoteRecord } from '../records.ts'
import { type DriftRow, driftRow } from './drift-row.ts'
import { recogniseExternalId, recordOf } from './recognise.ts'

/** What has to be certain before a Conversation may be said to have no call in Aircall. */
export interface OrphanFacts {
  /** UNIX seconds, half-open. */
  readonly window: DateRange
  /** Aircall keeps calls no longer than six months: what is older than this is never judged. UNIX seconds. */
  readonly horizon: number
  /** Every page of the window was read and its total agreed. */
  readonly readComplete: boolean
  readonly isKnownCall: (callId: string) => boolean
}

/**
 * A Conversation with an external id of ours, in the window and inside the horizon, whose call Aircall lacks.
 * A record has the end of its call: a call that began before the window may have ended in it and not be among
 * those read. So the caller asks Aircall for the one call before it reports the row.
 */
export function classifyOrphan(
  remote: RemoteRecord,
  facts: OrphanFacts,
  settings: Pick<ConversationSettings, 'externalId'>,
): DriftRow | null {
  const recognised = recogniseExternalId(remote.externalId, settings.externalId)
  const instant = instantOf(remote.date)
  if (recognised === null || instant === null || !facts.readComplete) return null
  const seconds = instant / 1000
  if (seconds < facts.window.since || seconds >= facts.window.until || seconds < facts.horizon) return null
  if (facts.isKnownCall(recognised.callId)) return null
  return driftRow({
    class: 'orphan',
    callId: recognised.callId,
    record: recordOf(recognised),
    externalId: remote.externalId ?? '',
    planhatId: remote._id,
  })
}
