import pLimit from 'p-limit'
import { defaultConversationSettings } from '../conversation/settings.ts'
import type { HttpClient } from '../http/client.ts'
import { looksLikeOurs } from '../reconcile/recognise.ts'
import type { RemoteRecord } from '../records.ts'
import { ask } from './ask.ts'
import { readPages } from './pages.ts'
import { type RecordRef, recordPath } from './record-path.ts'
import { type Row, readConversation } from './schema.ts'

/** docs/reference/planhat-api.md section 3: the largest page of `GET /conversations`. */
const PAGE = 2000
const SELECT =
  '_id,externalId,companyId,type,date,createDate,subject,description,contactId,endusers,users,custom'
/** Section 3: a URL is kept below 2,000 characters; this is the part that ids may take. */
const MAX_IDS_CHARS = 1_600
/** Reads may overlap a little (section 8, rule 2). */
const PARALLEL_READS = 4
const MAX_PROBES = 3

export interface ConversationQuery {
  /** Only these companies; cut into as many lists as the length of a URL asks for. */
  readonly companyIds?: readonly string[]
  /**
   * When the list leaves `externalId` or `description` out, which rows are worth a request of their own to see
   * them. Default: what looks like a call by its subject or has an external id that names one of ours.
   */
  readonly wanted?: (row: RemoteRecord) => boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Conversations, page by page, each once. A row of Planhat's list may be slimmer than the record: no
 * `externalId`, no `description` (section 3). Their absence is believed only when another row of this list
 * shows the key; else each wanted row is read alone. Cost: one request for 2,000 rows; in a tenant that ignores
 * `select`, one more for each wanted row.
 */
export async function* readConversations(
  http: HttpClient,
  query: ConversationQuery = {},
): AsyncGenerator<RemoteRecord[]> {
  const { wanted = looksDefault, signal } = query
  const shown = { externalId: false, description: false, probes: 0 }
  const lists = query.companyIds === undefined ? [undefined] : cutIds([...new Set(query.companyIds)])
  for (const companyId of lists) {
    const list = { path: '/conversations', limit: PAGE, query: { companyId, select: SELECT }, signal }
    for await (const rows of readPages(http, list)) {
      shown.externalId ||= rows.some((row) => 'externalId' in row)
      shown.description ||= rows.some((row) => 'description' in row)
      yield await completeRows(http, rows, { shown, wanted, signal })
    }
  }
}

/** @returns null when Planhat knows no such Conversation; an `extid-` reference is never proof of absence. */
export async function readOneConversation(
  http: HttpClient,
  ref: RecordRef,
  signal?: AbortSignal,
): Promise<RemoteRecord | null> {
  const path = recordPath(ref)
  const answer = await ask(http, { method: 'GET', path, acceptStatus: [404], allowEmpty: true, signal })
  if (answer.status === 404 || answer.json === null) return null
  return readConversation(answer.json, `GET ${path}`)
}

function looksDefault(row: RemoteRecord): boolean {
  return looksLikeOurs(row, defaultConversationSettings)
}

interface Completion {
  readonly shown: { externalId: boolean; description: boolean; probes: number }
  readonly wanted: (row: RemoteRecord) => boolean
  readonly signal: AbortSignal | undefined
}

async function completeRows(http: HttpClient, rows: Row[], how: Completion): Promise<RemoteRecord[]> {
  const records = rows.map((row) => readConversation(row, 'GET /conversations'))
  const { shown, wanted, signal } = how
  if (shown.externalId && shown.description) return records
  if (!shown.externalId && !(await isSlim(http, records, how))) return records
  const limit = pLimit(PARALLEL_READS)
  const complete = (record: RemoteRecord) =>
    wanted(record) ? limit(async () => (await readWhole(http, record, signal)) ?? record) : record
  return Promise.all(records.map(complete))
}

/**
 * No row of the page shows an external id: a few records, read whole, tell whether the list leaves it out. Those that
 * bear our subject or the automation's first: of people's own calls none has an id, which says nothing of the others.
 */
async function isSlim(http: HttpClient, records: RemoteRecord[], how: Completion): Promise<boolean> {
  const { shown, wanted, signal } = how
  const rows = Map.groupBy(records.filter(wanted), ({ subject }) => /^aircall/iu.test(subject ?? ''))
  for (const record of (rows.get(true) ?? []).slice(0, MAX_PROBES))
    if (isSlimmer(record, await readWhole(http, record, signal))) return true
  for (const record of rows.get(false) ?? []) {
    if (shown.probes >= MAX_PROBES) return false
    if (isSlimmer(record, await readWhole(http, record, signal))) return true
    shown.probes += 1
  }
  return false
}

/** A list that leaves texts out ignores `select`, and leaves external ids out as well (section 3). */
function isSlimmer(row: RemoteRecord, whole: RemoteRecord | null): boolean {
  if (whole === null) return false
  return whole.externalId !== undefined || (whole.description !== undefined && row.description === undefined)
}

function readWhole(http: HttpClient, record: RemoteRecord, signal: AbortSignal | undefined) {
  return readOneConversation(http, { id: record._id }, signal)
}

/** Comma lists of ids, short enough for a URL; a comma takes three characters there. */
function cutIds(ids: readonly string[]): string[] {
  const lists: string[] = []
  for (const id of ids) {
    const last = lists.at(-1)
    const isFull = last === undefined || encodeURIComponent(`${last},${id}`).length > MAX_IDS_CHARS
    if (isFull) lists.push(id)
    else lists[lists.length - 1] = `${last},${id}`
  }
  return lists
}
