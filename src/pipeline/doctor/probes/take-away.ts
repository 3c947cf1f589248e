import { removeSurely } from '../../../apply/lost.ts'
import type { Clock } from '../../../domain.ts'
import { SyncError } from '../../../errors.ts'
import type { PlanhatReader, PlanhatWriter } from '../../../planhat/client.ts'
import type { RemoteRecord } from '../../../records.ts'
import type { Store } from '../../../store/store.ts'
import { dropNote, type Note, readNotes } from './notes.ts'

/** By it a list that shows no external ids is known to hold a record of the probe. */
export const PROBE_SUBJECT = 'aircall-sync write probe, deleted at once'
/** A request that was cut off may still be carried out for a while: until then, absence proves nothing. */
const LATE_MS = 2 * 60_000

export interface Tidying {
  readonly reader: PlanhatReader
  readonly writer: PlanhatWriter
  readonly store: Store
  readonly clock: Clock
  readonly tenant: string
}

/** What is, or may be, still there. Ids and companies only. */
export interface Left {
  readonly what: string
  readonly why: string
}

/**
 * Takes away every record that is noted, by looking for it in its companies. It is not stopped by a signal: a run that
 * ends leaves nothing behind.
 */
export async function takeAwayNoted(
  o: Tidying,
): Promise<{ readonly removed: number; readonly left: Left[] }> {
  const notes = readNotes(o.store)
  if (notes.length === 0) return { removed: 0, left: [] }
  try {
    return await searchAndRemove(o, notes)
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    return { removed: 0, left: notes.map((note) => ({ what: nameOf(note), why: error.message })) }
  }
}

async function searchAndRemove(o: Tidying, notes: readonly Note[]) {
  const found = await search(o.reader, notes)
  const left: Left[] = []
  let removed = 0
  for (const note of notes) {
    const records = found.get(note.externalId) ?? []
    const kept = await removeAll(o, records)
    removed += records.length - kept.length
    left.push(...kept)
    if (kept.length === 0) left.push(...afterwards(o, note, records.length > 0))
  }
  return { removed, left }
}

/** The note is dropped where nothing can come any more; else it says what may. */
function afterwards(o: Tidying, note: Note, wasFound: boolean): Left[] {
  const isLate = !note.isAnswered && o.clock.nowMs() - note.atMs < LATE_MS
  if (isLate) {
    const why = 'the answer to it was lost and it may still arrive: run doctor again in two minutes'
    return wasFound ? [] : [{ what: nameOf(note), why }]
  }
  dropNote(o.store, note.externalId)
  const isElsewhere = note.tenant !== o.tenant && !wasFound
  const why = 'it was made with another token or host and is not found with this one: look for it there'
  return isElsewhere ? [{ what: nameOf(note), why }] : []
}

/** @returns what Planhat did not let go. */
async function removeAll({ writer, clock }: Tidying, records: readonly RemoteRecord[]): Promise<Left[]> {
  const left: Left[] = []
  for (const { _id, companyId } of records) {
    const refusal = await removeSurely({ writer, clock }, _id)
    if (refusal !== null)
      left.push({
        what: `Conversation ${_id} in company ${companyId ?? '?'}`,
        why:
          `its deletion was refused (${refusal.status}): delete ` +
          'it by hand, or let the private app delete Conversations',
      })
  }
  return left
}

async function search(reader: PlanhatReader, notes: readonly Note[]): Promise<Map<string, RemoteRecord[]>> {
  const wanted = new Set(notes.map(({ externalId }) => externalId))
  const found = new Map<string, RemoteRecord[]>()
  const companyIds = [...new Set(notes.flatMap((note) => note.companyIds))]
  const isOurs = ({ externalId, subject }: RemoteRecord) =>
    subject?.startsWith(PROBE_SUBJECT) === true || wanted.has(externalId ?? '')
  for await (const rows of reader.conversations({ companyIds, wanted: isOurs })) {
    for (const row of rows) {
      if (row.externalId === undefined || !wanted.has(row.externalId)) continue
      found.set(row.externalId, [...(found.get(row.externalId) ?? []), row])
    }
  }
  return found
}

function nameOf({ externalId, companyIds }: Note): string {
  return `the Conversation with external id "${externalId}" in company ${companyIds.join(' or ')}`
}
