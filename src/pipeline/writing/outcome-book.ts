import type { ApplyItem } from '../../apply/item.ts'
import { payloadAfter } from '../../plan/restore.ts'
import type { RecordKind, RecordOutcome, RemoteRecord } from '../../records.ts'
import { emptyApplied } from '../../report/summary.ts'
import { formatNoun } from '../../report/text/words.ts'
import type { Failure } from '../../review/failures.ts'
import { bookWrite } from '../run/book-write.ts'
import type { Session } from '../run/session.ts'

/** Takes what became of each record: into the ledger only what Planhat confirmed, into the failures what it refused. */
export interface OutcomeBook {
  note(outcome: RecordOutcome, item: ApplyItem, remote: RemoteRecord | null): void
  /**
   * Planhat kept something else than was sent: the ledger takes that for the
   * base, so that the next run puts it right.
   */
  correct(item: ApplyItem, remote: RemoteRecord): void
  /** Planhat took the fields of a record and left it under its old company. */
  keepUnmoved(item: ApplyItem, remote: RemoteRecord): void
  /** A record that was not sent, with the reason. */
  refuse(failure: Failure, kind: 'held' | 'failed'): void
  unchanged(count?: number): void
  /** Says what was not written, when there is something to say; failures.csv is written when the run ends. */
  close(): void
}

/** `said`: failures that the person was told of before. */
export function openOutcomeBook(session: Session, said: ReadonlySet<Failure> = new Set()): OutcomeBook {
  const failures: Failure[] = []
  const fail = (failure: Failure) => {
    failures.push(failure)
    session.book.failures.rows.push(failure)
  }
  session.book.summary.applied ??= { ...emptyApplied() }
  const { applied } = session.book.summary
  return {
    note(outcome, item, remote) {
      applied[outcome.outcome] += 1
      if (outcome.outcome === 'failed' || outcome.outcome === 'held') {
        settle(session, outcome)
        fail(toFailure(outcome))
      } else remember(session, outcome, item, remote)
    },
    correct({ payload }, remote) {
      const entry = session.store.ledger.get(payload.externalId)
      if (entry !== null) session.store.ledger.put({ ...entry, payload: payloadAfter(remote, payload) })
    },
    keepUnmoved: (item, remote) => rememberUnmoved(session, item, remote),
    refuse(failure, kind) {
      applied[kind] += 1
      fail(failure)
    },
    unchanged(count = 1) {
      applied.unchanged += count
    },
    close() {
      const untold = failures.filter((failure) => !said.has(failure))
      if (failures.length > 0) sayFailures(session, untold)
    },
  }
}

/** Nothing is marked done before Planhat said so: this runs only on a confirmed outcome. */
function remember(
  session: Session,
  outcome: RecordOutcome,
  item: ApplyItem,
  remote: RemoteRecord | null,
): void {
  const { store, clock, book } = session
  const { planhatId } = outcome
  if (planhatId === undefined) return
  const { payload, callId, record } = item
  const { externalId, companyId } = payload
  const known = { externalId, callId, record, planhatId, payload, runId: book.run.id }
  const atMs = clock.nowMs()
  if (outcome.outcome === 'created' || outcome.outcome === 'updated') {
    // What apply did not look at itself stands in the snapshot that it was given.
    const before = remote ?? (outcome.outcome === 'updated' ? store.snapshot.get(planhatId) : null)
    bookWrite(session, 'update', { ...known, kind: outcome.outcome, before, atMs })
    return
  }
  store.transaction(() => {
    store.ledger.put({ ...known, companyId, writtenAtMs: atMs })
    store.intents.settle({ kind: 'update', externalId, planhatId })
  })
}

/** Planhat said no, or that the record is gone. Where it never said anything, what was sent may still arrive. */
function settle({ store }: Session, { externalId, planhatId, code }: RecordOutcome): void {
  if (code === 'PLANHAT_NO_ANSWER') return
  store.intents.settle({ kind: 'update', externalId, planhatId: planhatId ?? null })
}

/**
 * A move of which only the company was not taken: the other fields say what we
 * sent, and a later run has to know them as ours.
 */
function rememberUnmoved(session: Session, item: ApplyItem, remote: RemoteRecord): void {
  const { payload, callId, record, fields } = item
  if (fields?.every((field) => field === 'companyId')) return
  const { externalId } = payload
  const kept = { ...payload, companyId: remote.companyId ?? payload.companyId }
  const before = session.store.snapshot.get(remote._id)
  const write = {
    externalId,
    callId,
    record,
    planhatId: remote._id,
    kind: 'updated',
    before,
    payload: kept,
  } as const
  bookWrite(session, 'move', { ...write, runId: session.book.run.id, atMs: session.clock.nowMs() })
}

function toFailure(outcome: RecordOutcome): Failure {
  return {
    line: null,
    callId: outcome.callId,
    record: outcome.record as RecordKind,
    externalId: outcome.externalId,
    code: outcome.code ?? 'UNKNOWN',
    message: outcome.message ?? '',
    planhatMessage: outcome.planhatMessage ?? '',
  }
}

/** A terminal shows as many; the failures file has them all. */
const MAX_SAID = 20

/** Says of each row that was not sent where it stands and why, and of the rest how many there are. */
export function sayFailures({ log }: Pick<Session, 'log'>, failures: readonly Failure[]): void {
  for (const { line, callId, record, message, code } of failures.slice(0, MAX_SAID)) {
    const place = line === null ? '' : `Line ${line}, `
    log.info(`${place}call ${callId || '?'}, ${record || '?'}: ${message} (${code})`)
  }
  const more = failures.length - MAX_SAID
  if (more > 0) log.info(`and ${formatNoun(more, 'more row')}, see failures.csv`)
}
