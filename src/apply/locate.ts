import type { PlanhatReader } from '../planhat/client.ts'
import type { RemoteRecord } from '../records.ts'
import { companyLeft, type Entry } from './item.ts'

/** Up to this many records are asked for one by one; more are read from their companies' lists. */
const FEW = 3

/**
 * What Planhat holds of these records now: by `_id` where known, else by external id within the company the
 * record is meant for. An `extid-` reference that finds nothing proves nothing (docs/reference/planhat-api.md
 * section 3): the company's list decides. Several copies come back as several.
 */
export async function locate(
  reader: PlanhatReader,
  entries: readonly Entry[],
  signal?: AbortSignal,
): Promise<Map<Entry, RemoteRecord[]>> {
  const found = new Map<Entry, RemoteRecord[]>()
  if (entries.length <= FEW) await askEach(reader, entries, { found, signal })
  const missing = entries.filter((entry) => !found.has(entry))
  if (missing.length > 0) await scanCompanies(reader, missing, { found, signal })
  const gone = missing.filter((entry) => entry.planhatId !== null && !found.has(entry))
  if (entries.length > FEW) await askEach(reader, gone, { found, signal })
  return found
}

/** All copies under one external id in one company, from the list: a reference would show one of them. */
export async function findCopies(
  reader: PlanhatReader,
  key: { readonly externalId: string; readonly companyId: string },
  signal?: AbortSignal,
): Promise<RemoteRecord[]> {
  const copies: RemoteRecord[] = []
  const { externalId, companyId } = key
  for await (const rows of reader.conversations({ companyIds: [companyId], signal })) {
    copies.push(...rows.filter((row) => row.externalId === externalId))
  }
  return copies
}

/** The same for many records at once, by external id. */
export async function findAllCopies(
  reader: PlanhatReader,
  entries: readonly Entry[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<Entry, readonly RemoteRecord[]>> {
  const found = new Map<Entry, RemoteRecord[]>()
  await scanCompanies(reader, entries, { found, signal })
  return found
}

interface Search {
  readonly found: Map<Entry, RemoteRecord[]>
  readonly signal: AbortSignal | undefined
}

async function askEach(reader: PlanhatReader, entries: readonly Entry[], search: Search): Promise<void> {
  for (const entry of entries) {
    const { externalId } = entry.item.payload
    const ref = entry.planhatId === null ? { externalId } : { id: entry.planhatId }
    const remote = await reader.conversation(ref, search.signal)
    const isIt = remote !== null && (entry.planhatId !== null || remote.externalId === externalId)
    if (isIt) search.found.set(entry, [remote])
    else if (entry.planhatId !== null) search.found.set(entry, [])
  }
}

/** Reads the lists of the companies that the records are meant for, and of those that they leave. */
async function scanCompanies(
  reader: PlanhatReader,
  entries: readonly Entry[],
  search: Search,
): Promise<void> {
  const byId = new Map(entries.map((entry) => [entry.planhatId, entry]))
  const byExternalId = new Map(entries.map((entry) => [entry.item.payload.externalId, entry]))
  const looks = new Set(entries.flatMap(({ item }) => [item.payload.type, item.payload.subject]))
  const wanted = (row: RemoteRecord) =>
    row.externalId === undefined
      ? looks.has(row.type ?? '') || looks.has(row.subject ?? '')
      : byExternalId.has(row.externalId)
  const companyIds = entries.flatMap((entry) =>
    [entry.item.payload.companyId, companyLeft(entry) ?? []].flat(),
  )
  const isKnown = entries.every(({ planhatId }) => planhatId !== null)
  let pages = 0
  for await (const rows of reader.conversations({ companyIds, wanted, signal: search.signal })) {
    for (const row of rows) {
      const entry = byId.get(row._id) ?? byExternalId.get(row.externalId ?? '')
      if (entry === undefined || (entry.planhatId !== null && entry.planhatId !== row._id)) continue
      search.found.set(entry, [...(search.found.get(entry) ?? []), row])
    }
    pages += 1
    // Records whose id is known may be asked for one by one: that is cheaper than to read on in very long lists.
    if (isKnown && pages > entries.length - search.found.size) return
  }
}
