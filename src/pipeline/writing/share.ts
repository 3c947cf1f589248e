import { digest } from '../../conversation/digest.ts'
import type { Decision, StoredRow } from '../../records.ts'
import { nameCells } from '../../review/columns.ts'
import { isWritable } from '../planning/desired.ts'
import { createMatcher, type Matcher } from '../planning/matcher.ts'
import { plannedRows } from '../planning/plan-calls.ts'
import { storedUsers } from '../planning/planhat-snapshot.ts'
import type { Session } from '../run/session.ts'
import type { WriteCounts } from './estimate.ts'
import type { Judged } from './judge-plan.ts'
import { saidOf } from './settle-numbers.ts'

/** The part of a plan that is taken up at once. */
export interface Share {
  /** In the order of the plan; without a limit, also those that are done. */
  readonly rows: readonly Decision[]
  /** What comes after them. */
  readonly rest: readonly Decision[]
  /** Records that the rows would write, as far as is known before anything is asked. */
  readonly open: WriteCounts
  /** Records that an earlier run wrote as the plan has them. */
  readonly done: number
  /** Those of them whose rows are passed over. */
  readonly passed: number
}

/**
 * The next `limit` records that are not done: rows that are done are passed
 * over. A settled row stands for all records of its call, so the last row may
 * hold more than is left of the limit; and its transcript is not known yet.
 */
export function createSharing(session: Session, judged: Judged) {
  const sizing = { session, matcher: createMatcher(session, {}, saidOf(judged)), users: storedUsers(session) }
  return (decisions: readonly Decision[], limit: number): Share => {
    const measure = measureOnce(sizing)
    const rows: Decision[] = []
    const open = { create: 0, update: 0, moves: 0 }
    let [done, passed] = [0, 0]
    let at = 0
    for (; at < decisions.length && open.create + open.update < limit; at += 1) {
      const decision = decisions[at] as Decision
      const size = measure(decision)
      done += size.done
      open.create += size.create
      open.update += size.update
      open.moves += size.moves
      const isDone = size.done > 0 && size.create + size.update === 0
      if (!isDone || limit === Number.POSITIVE_INFINITY) rows.push(decision)
      else passed += size.done
    }
    return { rows, rest: decisions.slice(at), open, done, passed }
  }
}

interface Sizing {
  readonly session: Session
  readonly matcher: Matcher
  readonly users: ReturnType<typeof storedUsers>
}

type Size = WriteCounts & { readonly done: number }

const NOTHING: Size = { create: 0, update: 0, moves: 0, done: 0 }

/** A file may have rows of several plans: what two of them stand for is written once. */
function measureOnce(sizing: Sizing): (decision: Decision) => Size {
  const measured = new Set<string>()
  return ({ rowDigest }) => {
    const row = sizing.session.store.plans.byDigest(rowDigest)
    const key = row?.action === 'hold' ? row.callId : row && nameCells(row).external_id
    if (row === null || key === null || measured.has(key)) return NOTHING
    measured.add(key)
    return sizeOf(sizing, row)
  }
}

function sizeOf(sizing: Sizing, row: StoredRow): Size {
  if (row.action === 'hold') return sizeOfSettled(sizing, row)
  if (isDone(sizing.session, row)) return { ...NOTHING, done: 1 }
  // A declined row is approved only where a reviewer lifts it: mostly it is not in Planhat.
  if (row.action === 'create' || row.action === 'skip') return { ...NOTHING, create: 1 }
  if (row.action !== 'update') return NOTHING
  const isMove = nameCells(row).changes.split(', ').includes('companyId')
  return { ...NOTHING, update: 1, moves: isMove ? 1 : 0 }
}

/** An update may bring back what we wrote before: only what was written since the plan was made counts. */
function isDone({ store }: Session, row: StoredRow): boolean {
  const base = store.ledger.get(nameCells(row).external_id)
  if (base === null || digest(base.payload) !== row.payloadDigest) return false
  return row.action === 'create' || base.writtenAtMs >= (store.runs.get(row.runId)?.startedAtMs ?? 0)
}

function sizeOfSettled({ session, matcher, users }: Sizing, { callId }: StoredRow): Size {
  const call = session.store.calls.get(callId)
  const match = call === null ? null : matcher(call)
  if (call === null || match === null || !isWritable(match)) return NOTHING
  const planned = plannedRows(session, call, match, users).filter(({ declined }) => !declined)
  const count = (action: string) => planned.filter((one) => one.action === action).length
  return {
    create: count('create'),
    update: count('update'),
    moves: planned.filter(({ companyMoved }) => companyMoved).length,
    done: count('unchanged'),
  }
}
