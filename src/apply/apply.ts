import { type BatchLimits, cutBatches } from './batches.ts'
import { bodyOf, clearsContact } from './body.ts'
import { holdsContent } from './content.ts'
import { type ApplyItem, adopt, type Entry, toEntry } from './item.ts'
import { locate } from './locate.ts'
import { lookFor } from './look.ts'
import { nameUnanswered } from './lost.ts'
import { sendAll } from './send.ts'
import { Session, type SessionOptions } from './session.ts'
import { writeAlone } from './single.ts'
import { gone, preferred } from './verdicts.ts'
import { verifyFirst } from './verify.ts'

export type { ApplyItem, BulkBehaviour, Strategy } from './item.ts'

/** The first writes of a run go alone until one was read back; so many refused ones are no reason to crawl. */
const MAX_FIRST_TRIES = 3

export interface ApplyOptions extends SessionOptions {
  readonly items: Iterable<ApplyItem> | AsyncIterable<ApplyItem>
  readonly batch: BatchLimits
}

/**
 * Writes records to Planhat, in order, one request at a time, each exactly once: whatever happens, running it
 * again with what has no outcome yet writes the rest and doubles nothing.
 * @throws FatalError when the first write did not stick, or the token may not write; RetryableError in an outage;
 * the signal's reason when aborted. Every outcome known by then was reported; what was sent and has none was announced.
 */
export async function applyItems(options: ApplyOptions): Promise<void> {
  const session = new Session(options)
  for await (const batch of cutBatches(options.items, options.batch)) {
    options.signal?.throwIfAborted()
    const items = batch.map((item) => withoutHopeless(session, item))
    await applyBatch(session, items.map(toEntry))
  }
  nameUnanswered(session)
}

async function applyBatch(session: Session, batch: readonly Entry[]): Promise<void> {
  const entries = await resolveUpdates(session, batch)
  if (session.options.strategy === 'single') await writeEach(session, entries)
  else await writeInBulk(session, session.looksFirst ? await resolveCreates(session, entries) : entries)
}

/** A tenant that does not clear contacts is not asked to again and again. */
function withoutHopeless(session: Session, item: ApplyItem): ApplyItem {
  if (session.clearsContacts !== false || !clearsContact(item)) return item
  session.options.onContactKept?.(item)
  return { ...item, fields: item.fields?.filter((field) => field !== 'contactId') ?? null }
}

async function writeEach(session: Session, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    await writeAlone(session, entry)
    await verifyFirst(session, entry)
  }
}

async function writeInBulk(session: Session, entries: readonly Entry[]): Promise<void> {
  let rest = entries
  while (!session.isVerified && session.firstTries < MAX_FIRST_TRIES) {
    const [first, ...others] = rest
    if (first === undefined) return
    session.firstTries += 1
    await sendAll(session, [first])
    await verifyFirst(session, first)
    rest = others
  }
  await sendAll(session, rest)
  for (const entry of rest) await verifyFirst(session, entry)
}

/** An update is never sent without an id: unmatched, it would create part of a record. */
async function resolveUpdates(session: Session, entries: readonly Entry[]): Promise<Entry[]> {
  const unknown = entries.filter((entry) => entry.item.action === 'update' && entry.planhatId === null)
  if (unknown.length === 0) return [...entries]
  const found = await locate(session.options.reader, unknown, session.options.signal)
  return entries.flatMap((entry) => {
    if (!unknown.includes(entry)) return [entry]
    const remote = preferred(entry, found.get(entry) ?? [])
    if (remote !== undefined) return [adopt(entry, remote)]
    session.report(entry, gone(entry))
    return []
  })
}

/** Where bulk upsert may create another copy, each create is looked for in its company before it is sent. */
async function resolveCreates(session: Session, entries: readonly Entry[]): Promise<Entry[]> {
  const unknown = entries.filter((entry) => entry.planhatId === null)
  if (unknown.length === 0) return [...entries]
  const found = await lookFor(session, unknown)
  return entries.flatMap((entry) => {
    const remote = entry.planhatId === null ? preferred(entry, found.get(entry) ?? []) : undefined
    if (remote === undefined) return [entry]
    const adopted = adopt(entry, remote)
    if (!holdsContent(bodyOf(entry), remote)) return [adopted]
    session.report(adopted, { outcome: 'unchanged', planhatId: remote._id })
    return []
  })
}
