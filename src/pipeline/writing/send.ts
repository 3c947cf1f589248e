import { applyItems } from '../../apply/apply.ts'
import type { ApplyItem } from '../../apply/item.ts'
import { FatalError } from '../../errors.ts'
import type { PlanhatWriter } from '../../planhat/client.ts'
import type { Decision, OutcomeKind, StoredRow } from '../../records.ts'
import { nameCells } from '../../review/columns.ts'
import { learnContactKept, warnOfContacts } from '../planning/contacts.ts'
import { createMatcher } from '../planning/matcher.ts'
import { storedUsers } from '../planning/planhat-snapshot.ts'
import { appendAudit } from '../run/audit.ts'
import type { PlanhatConnection } from '../run/connect.ts'
import { isoOf } from '../run/run.ts'
import type { Session } from '../run/session.ts'
import { announceItems } from './announce.ts'
import type { OutcomeBook } from './outcome-book.ts'
import type { Pace } from './pace.ts'
import { prepareRow } from './prepare-row.ts'
import { bulkBehaviour, warnOfAnswers } from './tenant-answers.ts'

/**
 * Sends what was approved, in order, at most `limit` records, and books the outcome of every record.
 * @returns how many were written or refused by Planhat.
 */
export function applyDecisions(
  session: Session,
  planhat: PlanhatConnection,
  decisions: readonly Decision[],
  o: { readonly book: OutcomeBook; readonly pace: Pace; readonly limit?: number },
): Promise<number> {
  return sendItems(session, planhat, approvedItems(session, decisions, o), o)
}

/** The one road to Planhat's write endpoints, for apply and reconcile alike. */
export async function sendItems(
  session: Session,
  planhat: PlanhatConnection,
  items: readonly ApplyItem[] | AsyncIterable<ApplyItem>,
  { book, pace }: { readonly book: OutcomeBook; readonly pace: Pace },
): Promise<number> {
  const { settings, store, clock, signal } = session
  const { facts } = session.book
  const writer = auditDeletions(session, planhat.openWriter())
  let sent = 0
  await applyItems({
    items,
    reader: planhat.reader,
    writer,
    strategy: settings.config.planhat.strategy,
    behaviour: bulkBehaviour(session),
    batch: { maxItems: settings.config.planhat.batchItems, maxBytes: settings.config.planhat.batchBytes },
    clock,
    signal,
    // Taken in this run, as every writing run does first.
    snapshot: store.snapshot,
    isVerified: facts.isVerified,
    onVerified: () => {
      facts.isVerified = true
    },
    looked: facts.looked,
    onEvent: ({ code, message }) => session.log.debug(`${message} (${code})`),
    announce: (records) => announceItems(session, records),
    onNotKept: book.correct,
    onNotMoved: book.keepUnmoved,
    onContactKept: () => learnContactKept(session),
    onOutcome: (outcome, item, remote) => {
      book.note(outcome, item, remote)
      if (SENT.has(outcome.outcome)) sent += 1
      pace.step()
    },
  })
  warnOfContacts(session)
  if (sent > 0) warnOfAnswers(session)
  return sent
}

const SENT: ReadonlySet<OutcomeKind> = new Set(['created', 'updated', 'failed'])

/** The write path deletes only copies that it made itself a moment ago; they are in no plan, but in the audit log. */
function auditDeletions({ settings, clock, book: { run } }: Session, writer: PlanhatWriter): PlanhatWriter {
  return {
    ...writer,
    async remove(planhatId, signal) {
      await writer.remove(planhatId, signal)
      appendAudit(settings.stateDir, {
        at: isoOf(clock.nowMs()),
        runId: run.id,
        kind: 'deleted',
        externalId: null,
        planhatId,
        companyId: null,
      })
    },
  }
}

async function* approvedItems(
  session: Session,
  decisions: readonly Decision[],
  o: { readonly book: OutcomeBook; readonly pace: Pace; readonly limit?: number },
): AsyncGenerator<ApplyItem> {
  const { book, pace, limit = Number.POSITIVE_INFINITY } = o
  let left = limit
  const preparing = { session, matcher: createMatcher(session), users: storedUsers(session) }
  for (const { rowDigest, line } of decisions) {
    session.signal.throwIfAborted()
    const row = session.store.plans.byDigest(rowDigest)
    if (row === null)
      throw new FatalError('STATE_CORRUPT', 'A row of the plan vanished from the state while it was applied.')
    const prepared = prepareRow(preparing, row)
    if (prepared.kind === 'send') {
      const items = prepared.items.slice(0, left)
      book.unchanged(prepared.unchanged)
      pace.pass(prepared.unchanged)
      left -= items.length
      yield* items
      if (left === 0) return
    } else {
      book.refuse(toFailure(row, line, prepared), prepared.kind === 'held' ? 'held' : 'failed')
      pace.step()
    }
  }
}

function toFailure(
  row: StoredRow,
  line: number | null,
  { code, message }: { code: string; message: string },
) {
  return {
    line,
    callId: row.callId,
    record: row.record,
    externalId: nameCells(row).external_id,
    code,
    message,
    planhatMessage: '',
  }
}
