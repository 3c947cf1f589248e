import type { HeldRecord } from '../records.ts'
import { type BatchLimits, cutBatches } from './batches.ts'
import { bodyOf } from './body.ts'
import { holdsContent } from './content.ts'
import { type ApplyItem, adopt, type Entry, toEntry } from './item.ts'
import { locate } from './locate.ts'
import { nameUnanswered } from './lost.ts'
import { moveRecord } from './move.ts'
import { clearProbe, learnBehaviour } from './probe.ts'
import { sendAll } from './send.ts'
import { Session, type SessionOptions } from './session.ts'
import { writeAlone } from './single.ts'
import { gone, preferred } from './verdicts.ts'
import { verifyFirst } from './verify.ts'

export type { ApplyItem, BulkBehaviour, ProbeMark, Strategy, StrategyMemory } from './item.ts'

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
 * the signal's reason when aborted. Every outcome known by then was reported.
 */
export async function applyItems(options: ApplyOptions): Promise<void> {
  const session = new Session(options)
  await clearProbe(session)
  for await (const batch of cutBatches(options.items, options.batch)) {
    options.signal?.throwIfAborted()
    await applyBatch(session, batch.map(toEntry))
  }
  nameUnanswered(session)
}

async function applyBatch(session: Session, batch: readonly Entry[]): Promise<void> {
  const entries = await resolveUpdates(session, batch)
  for (const entry of entries) {
    const { planhatId } = entry
    if (isMove(entry) && planhatId !== null) {
      await moveRecord(session, entry, planhatId)
      await verifyFirst(session, entry)
    }
  }
  const rest = entries.filter((entry) => !isMove(entry))
  if (session.options.strategy === 'single') await writeEach(session, rest)
  else await writeInBulk(session, rest)
}

async function writeEach(session: Session, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    await writeAlone(session, entry)
    await verifyFirst(session, entry)
  }
}

async function writeInBulk(session: Session, entries: readonly Entry[]): Promise<void> {
  let rest = await learnFrom(session, entries)
  if (session.behaviour !== 'matches') rest = await resolveCreates(session, rest)
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

/** Spends the first records without an id on finding out how bulk upsert matches. @returns the others. */
async function learnFrom(session: Session, entries: readonly Entry[]): Promise<readonly Entry[]> {
  let rest = entries
  while (session.behaviour === null) {
    const candidate = rest.find((entry) => entry.planhatId === null)
    if (candidate === undefined) return rest
    rest = rest.filter((entry) => entry !== candidate)
    await learnBehaviour(session, candidate)
  }
  return rest
}

/** An update is never sent without an id: unmatched, it would create part of a record. */
async function resolveUpdates(session: Session, entries: readonly Entry[]): Promise<Entry[]> {
  const unknown = entries.filter((entry) => entry.item.action === 'update' && entry.planhatId === null)
  if (unknown.length === 0) return [...entries]
  const found = await locate(session.options.reader, unknown, session.options.signal)
  return entries.flatMap((entry) => {
    if (!unknown.includes(entry)) return [entry]
    const held = preferred(entry, found.get(entry) ?? [])
    if (held !== undefined) return [adopt(entry, held)]
    session.report(entry, gone(entry))
    return []
  })
}

/** Where bulk upsert would create another copy, each create is looked up just before it is sent. */
async function resolveCreates(session: Session, entries: readonly Entry[]): Promise<Entry[]> {
  const unknown = entries.filter((entry) => entry.planhatId === null)
  if (unknown.length === 0) return [...entries]
  const found = await lookUp(session, unknown)
  return entries.flatMap((entry) => {
    const held = entry.planhatId === null ? preferred(entry, found.get(entry) ?? []) : undefined
    if (held === undefined) return [entry]
    const adopted = adopt(entry, held)
    if (!holdsContent(bodyOf(entry), held)) return [adopted]
    session.report(adopted, { outcome: 'unchanged', planhatId: held._id })
    return []
  })
}

/** From the scan of this run where there is one, else from Planhat. */
async function lookUp(
  session: Session,
  entries: readonly Entry[],
): Promise<Map<Entry, readonly HeldRecord[]>> {
  const { reader, signal, scanned } = session.options
  const known = new Map<Entry, readonly HeldRecord[]>()
  for (const entry of entries) {
    const copies = scanned?.(entry.item.payload.externalId) ?? null
    if (copies !== null) known.set(entry, copies)
  }
  const rest = entries.filter((entry) => !known.has(entry))
  for (const [entry, copies] of await locate(reader, rest, signal)) known.set(entry, copies)
  return known
}

function isMove(entry: Entry): boolean {
  return entry.item.companyMoved
}
