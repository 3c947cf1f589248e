import { join } from 'node:path'
import type { ApplyItem } from '../../apply/item.ts'
import { digest } from '../../conversation/digest.ts'
import { digestHeld } from '../../plan/held-digest.ts'
import { payloadAfter } from '../../plan/restore.ts'
import type { HeldRecord, RecordKind, RecordOutcome } from '../../records.ts'
import { emptyApplied } from '../../report/summary.ts'
import { formatNoun } from '../../report/text/words.ts'
import { type Failure, writeFailures } from '../../review/failures.ts'
import { appendAudit } from '../run/audit.ts'
import { isoOf } from '../run/run.ts'
import type { Session } from '../run/session.ts'

/** Takes what became of each record: into the ledger only what Planhat confirmed, into the failures what it refused. */
export interface OutcomeBook {
  note(outcome: RecordOutcome, item: ApplyItem, held: HeldRecord | null): void
  /** Planhat kept something else than was sent: the ledger takes that for the base, so that the next run puts it right. */
  correct(item: ApplyItem, held: HeldRecord): void
  /** A record that was not sent, with the reason. */
  refuse(failure: Failure, kind: 'held' | 'failed'): void
  unchanged(count?: number): void
  /** Says what was not written, and writes failures.csv, when there is something to say. */
  close(): Promise<void>
}

/** `said`: failures that the person was told of before. */
export function openOutcomeBook(session: Session, said: ReadonlySet<Failure> = new Set()): OutcomeBook {
  const failures: Failure[] = []
  session.book.summary.applied ??= { ...emptyApplied() }
  const { applied } = session.book.summary
  return {
    note(outcome, item, held) {
      applied[outcome.outcome] += 1
      if (outcome.outcome === 'failed' || outcome.outcome === 'held') failures.push(toFailure(outcome))
      else remember(session, outcome, item, held)
    },
    correct({ payload }, held) {
      const entry = session.store.ledger.get(payload.externalId)
      if (entry !== null) session.store.ledger.put({ ...entry, payload: payloadAfter(held, payload) })
    },
    refuse(failure, kind) {
      applied[kind] += 1
      failures.push(failure)
    },
    unchanged(count = 1) {
      applied.unchanged += count
    },
    async close() {
      if (failures.length === 0) return
      sayFailures(
        session,
        failures.filter((failure) => !said.has(failure)),
      )
      session.book.summary.files.failures = join(session.book.runDir, 'failures.csv')
      writeFailures(session.book.summary.files.failures, [...session.book.unread, ...failures])
    },
  }
}

/** Nothing is marked done before Planhat said so: this runs only on a confirmed outcome. */
function remember(
  { store, clock, settings, book: { run } }: Session,
  outcome: RecordOutcome,
  item: ApplyItem,
  held: HeldRecord | null,
): void {
  const { planhatId, externalId } = outcome
  if (planhatId === undefined) return
  const atMs = clock.nowMs()
  // What apply did not look at itself stands in the snapshot that it was given.
  const before = held ?? (outcome.outcome === 'updated' ? store.held.get(planhatId) : null)
  const { payload, callId, record } = item
  store.transaction(() => {
    store.ledger.put({
      externalId,
      callId,
      record,
      planhatId,
      companyId: payload.companyId,
      payload,
      runId: run.id,
      writtenAtMs: atMs,
    })
    if (outcome.outcome !== 'created' && outcome.outcome !== 'updated') return
    store.runs.recordWrite({
      runId: run.id,
      externalId,
      callId,
      record,
      planhatId,
      kind: outcome.outcome,
      before,
      payload,
      atMs,
    })
  })
  if (outcome.outcome !== 'created' && outcome.outcome !== 'updated') return
  appendAudit(settings.stateDir, {
    at: isoOf(atMs),
    runId: run.id,
    kind: outcome.outcome,
    externalId,
    planhatId,
    companyId: payload.companyId,
    before: before === null ? null : digestHeld(before),
    after: digest(payload),
  })
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
