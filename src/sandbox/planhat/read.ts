/** Lists and single objects of the embedded Planhat (docs/reference/planhat-api.md sections 3 to 5). */
import { type Ask, wholeNumber } from '../exchange.ts'
import type { Switches } from '../switches.ts'
import type { RawConversation } from './types.ts'

export type Row = Record<string, unknown>

export interface ListRules {
  readonly defaultLimit: number
  readonly maxLimit: number
}

/** Keys that a Conversation's list row lacks unless they are selected (section 3). */
const NOT_IN_ROWS = [
  'description',
  'externalId',
  'sourceId',
  'contactId',
  'history',
  'sender',
  'timeBucket',
  '__v',
]

function commaList(ask: Ask, name: string): string[] | null {
  const text = ask.query.get(name)
  return text === null || text === '' ? null : text.split(',').map((part) => part.trim())
}

/** Ascending `_id` is the order of creation, so the usual sort costs nothing. */
function sortRows(rows: Row[], sort: string | null): Row[] {
  if (sort === null || sort === '_id') return rows
  const descends = sort.startsWith('-')
  const key = descends ? sort.slice(1) : sort
  if (key === '_id') return rows.toReversed()
  const direction = descends ? -1 : 1
  return rows.toSorted((a, b) => direction * String(a[key] ?? '').localeCompare(String(b[key] ?? ''), 'en'))
}

function selectKeys(row: Row, keys: readonly string[]): Row {
  const shown = keys.filter((key) => row[key] !== undefined).map((key) => [key, row[key]])
  return { _id: row['_id'], ...Object.fromEntries(shown) }
}

function slimRow(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !NOT_IN_ROWS.includes(key)))
}

export function shapeRow(row: Row, ask: Ask, switches: Switches, how: { slim: boolean }): Row {
  const select = switches.selectHonoured ? commaList(ask, 'select') : null
  const usual = how.slim ? slimRow(row) : row
  const shown = select ? selectKeys(row, select) : usual
  if (!how.slim || switches.listHasExternalId) return shown
  const { externalId: _hidden, ...rest } = shown
  return rest
}

/** One page: filter, sort, offset, limit, then the keys. `limit` above the maximum is cut to it. */
export function listRows(
  rows: Iterable<Row>,
  ask: Ask,
  o: { rules: ListRules; switches: Switches; slim: boolean; keeps: (row: Row) => boolean },
): Row[] {
  const asked = wholeNumber(ask.query, 'limit', o.rules.defaultLimit)
  const limit = o.switches.limitHonoured
    ? Math.min(Math.max(asked || 0, 0), o.rules.maxLimit)
    : o.rules.defaultLimit
  const offset = Math.max(0, wholeNumber(ask.query, 'offset', 0) || 0)
  const sort = ask.query.get('sort')
  const ordered = o.switches.sortHonoured ? sort : '-_id'
  const page = ordered === null || ordered === '_id' ? pageInOrder(rows, o.keeps, offset, limit) : null
  const chosen = page ?? sortRows([...rows].filter(o.keeps), ordered).slice(offset, offset + limit)
  return chosen.map((row) => shapeRow(row, ask, o.switches, { slim: o.slim }))
}

/** Somebody deletes records while a list of them is read: what follows moves up. */
export function loseRows(
  shelf: { keys(): Iterable<string>; delete(id: string): unknown },
  ask: Ask,
  switches: Switches,
): void {
  const due = switches.deletedBetweenPages
  if (due === null || ask.path !== `/${due.list}` || !(wholeNumber(ask.query, 'offset', 0) > 0)) return
  for (const id of [...shelf.keys()].slice(0, due.rows)) shelf.delete(id)
  switches.deletedBetweenPages = null
}

/** Stops at the end of the page: a large list is not copied for each of its pages. */
function pageInOrder(
  rows: Iterable<Row>,
  keeps: (row: Row) => boolean,
  offset: number,
  limit: number,
): Row[] {
  const page: Row[] = []
  let passed = 0
  if (limit === 0) return page
  for (const row of rows) {
    if (!keeps(row)) continue
    passed += 1
    if (passed <= offset) continue
    page.push(row)
    if (page.length === limit) break
  }
  return page
}

export function companyFilter(ask: Ask): (row: Row) => boolean {
  const ids = commaList(ask, 'companyId')
  if (!ids) return () => true
  const wanted = new Set(ids)
  return (row) => wanted.has(String(row['companyId']))
}

/** By `_id`, `extid-` or `srcid-`; an externalId with a space may not be found (section 3). */
export function findByKey<T extends Row>(
  key: string,
  o: { byId: (id: string) => T | undefined; all: () => Iterable<T>; switches: Switches },
): T | undefined {
  const [prefix, rest] = [key.slice(0, 6), key.slice(6)]
  if (prefix !== 'extid-' && prefix !== 'srcid-') return o.byId(key)
  if (rest === '') return undefined
  if (prefix === 'extid-' && rest.includes(' ') && o.switches.extidSpaces === 'missing') return undefined
  const field = prefix === 'extid-' ? 'externalId' : 'sourceId'
  for (const one of o.all()) if (one[field] === rest) return one
  return undefined
}

/** `extid-` finds the first bearer when several companies have one (section 3, consequence b). */
export function findConversation(
  key: string,
  o: {
    shelf: Map<string, RawConversation> & { byExternalId(id: string): RawConversation[] }
    switches: Switches
  },
): RawConversation | undefined {
  const all = (): Iterable<RawConversation> =>
    key.startsWith('extid-') ? o.shelf.byExternalId(key.slice(6)) : o.shelf.values()
  return findByKey(key, { byId: (id) => o.shelf.get(id), all, switches: o.switches })
}
