import type { RemoteRecord } from '../records.ts'
import type { Entry } from './item.ts'
import { locate } from './locate.ts'
import type { Session, Snapshot } from './session.ts'

/**
 * What Planhat holds under the external ids of records that would be created. Each company is looked into once a run,
 * before the first record is created there, and what the scan of this run did not know is added to it: all looks of a
 * run together cost what one scan does. Without a scan, each batch is looked up.
 */
export async function lookFor(
  session: Session,
  entries: readonly Entry[],
): Promise<ReadonlyMap<Entry, readonly RemoteRecord[]>> {
  const { reader, signal, snapshot } = session.options
  if (snapshot === undefined) return locate(reader, entries, signal)
  await lookIntoCompanies(session, snapshot, entries)
  return new Map(entries.map((entry) => [entry, snapshot.byExternalId(entry.item.payload.externalId)]))
}

async function lookIntoCompanies(
  { options, looked }: Session,
  snapshot: Snapshot,
  entries: readonly Entry[],
): Promise<void> {
  const { reader, signal } = options
  const companyIds = new Set(entries.map(({ item }) => item.payload.companyId))
  for (const id of looked) companyIds.delete(id)
  if (companyIds.size === 0) return
  const types = new Set(entries.map(({ item }) => item.payload.type))
  // Where the list is slim, only what the scan did not read is worth a request of its own.
  const wanted = ({ _id, type, subject = '' }: RemoteRecord) =>
    snapshot.get(_id) === null && (types.has(type ?? '') || /^aircall/i.test(subject))
  for await (const rows of reader.conversations({ companyIds: [...companyIds], wanted, signal })) {
    snapshot.add(rows.filter(({ _id }) => snapshot.get(_id) === null))
  }
  for (const id of companyIds) looked.add(id)
}
