import type { ApplyItem } from '../../apply/item.ts'
import { digest } from '../../conversation/digest.ts'
import type { PlanhatUser } from '../../domain.ts'
import type { PlannedRow } from '../../plan/build.ts'
import type { StoredRow } from '../../records.ts'
import { isWritable } from '../planning/desired.ts'
import type { Matcher } from '../planning/matcher.ts'
import { adopt, plannedRows } from '../planning/plan-calls.ts'
import type { Session } from '../run/session.ts'

export type Prepared =
  /** `unchanged`: records of the row that need no write; a settled row stands for all of its call's. */
  | { readonly kind: 'send'; readonly items: readonly ApplyItem[]; readonly unchanged: number }
  | { readonly kind: 'refused' | 'held'; readonly code: string; readonly message: string }

export interface Preparing {
  readonly session: Session
  readonly matcher: Matcher
  readonly users: ReadonlyMap<string, PlanhatUser>
}

/** Turns an approved row into what is sent now, or says why it may not be sent any more. */
export function prepareRow(preparing: Preparing, row: StoredRow): Prepared {
  const call = preparing.session.store.calls.get(row.callId)
  if (call === null) return stale('its call is no longer in the local state')
  const match = preparing.matcher(call)
  if (!isWritable(match)) return stale(`its call is now ${match.kind}`)
  const planned = plannedRows(preparing.session, call, match, preparing.users)
  if (row.action === 'hold') {
    const wanted = planned.filter(({ declined }) => !declined)
    return wanted.length === 0 ? declinedSince() : sendAll(wanted)
  }
  const now = planned.find(({ record }) => record === row.record)
  if (now === undefined) return stale('the record is no longer wanted')
  if (now.declined) return declinedSince()
  return prepareKnown(preparing.session, row, now)
}

function prepareKnown(session: Session, row: StoredRow, now: PlannedRow): Prepared {
  const base = session.store.ledger.get(now.externalId)
  if (base !== null && digest(base.payload) === row.payloadDigest && now.action === 'unchanged')
    return sendNothing()
  if (digest(now.payload) !== row.payloadDigest) return stale('its content would be another now')
  if (now.action === 'unchanged' && now.drift === 'in-sync') {
    // Written by a run that was killed before it could remember: a later deletion must be seen as a person's.
    adopt(session, now)
    return sendNothing()
  }
  if (now.remoteDigest !== row.remoteDigest) {
    return {
      kind: 'held',
      code: 'CHANGED_IN_PLANHAT',
      message: 'The record changed in Planhat after the plan was made.',
    }
  }
  return sendAll([now])
}

function declinedSince(): Prepared {
  return {
    kind: 'refused',
    code: 'DECLINED',
    message:
      'It was skipped in a review or taken back after this plan ' +
      'was made. Make a new plan, and set decision to apply there.',
  }
}

function stale(why: string): Prepared {
  return {
    kind: 'refused',
    code: 'STALE_ROW',
    message: `The plan is older than what is known now: ${why}. Make a new plan for it.`,
  }
}

function sendAll(planned: readonly PlannedRow[]): Prepared {
  const items = planned.flatMap((row) => toItem(row) ?? [])
  return { kind: 'send', items, unchanged: planned.length - items.length }
}

function sendNothing(): Prepared {
  return { kind: 'send', items: [], unchanged: 1 }
}

/** The write that makes one planned row true, or null when it needs none. */
export function toItem(row: PlannedRow): ApplyItem | null {
  if (row.action !== 'create' && row.action !== 'update') return null
  return {
    callId: row.callId,
    record: row.record,
    action: row.action,
    payload: row.payload,
    fields: row.action === 'update' ? row.changes.map(({ field }) => field) : null,
    planhatId: row.planhatId,
    companyMoved: row.companyMoved,
    companyBefore: companyBefore(row),
  }
}

function companyBefore({ changes }: PlannedRow): string | undefined {
  const before = changes.find(({ field }) => field === 'companyId')?.before
  return typeof before === 'string' ? before : undefined
}
