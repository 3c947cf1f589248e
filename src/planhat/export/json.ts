import { readText, type TextEncoding } from '../../files/encoding.ts'
import { NO_TEXT } from '../../match/export/cell.ts'
import { BOUNDS } from './bounds.ts'
import { isTooDeep, JsonItems, JsonProblem, parseItem } from './json-items.ts'
import { type ExportFile, type ExportRow, unreadable } from './table.ts'

type Flat = ReadonlyMap<string, string>
interface FlatRow {
  readonly line: number
  readonly flat: Flat
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/**
 * `{custom: {Mobile: 1}}` as `custom.Mobile`; a list of values as one text with
 * semicolons. Where a name has an object or a list of them, its own cell says
 * that there was something: a phone that is no text is counted, not passed over.
 */
function flatten(value: object, prefix = '', flat = new Map<string, string>()): Map<string, string> {
  for (const [key, held] of Object.entries(value)) {
    const name = prefix + key
    if (isPlain(held)) flat.set(name, String(held))
    else if (Array.isArray(held)) flat.set(name, sayList(held))
    else if (held !== null && typeof held === 'object') {
      flat.set(name, NO_TEXT)
      flatten(held, `${name}.`, flat)
    }
  }
  return flat
}

const sayList = (values: readonly unknown[]): string =>
  values
    .filter((value) => value !== null)
    .map((value) => (isPlain(value) ? String(value) : NO_TEXT))
    .join('; ')

async function* readArray(path: string, text: TextEncoding): AsyncGenerator<FlatRow[]> {
  const items = new JsonItems()
  for await (const piece of readText(path, text.encoding)) {
    const rows = items
      .take(piece)
      .map((item) => ({ line: item.at + 1, flat: flatten(parseItem(item.text, `[${item.at}]`)) }))
    if (rows.length > 0) yield rows
  }
  items.end()
}

async function* readLines(path: string, text: TextEncoding): AsyncGenerator<FlatRow[]> {
  let held = ''
  let line = 0
  const toRow = (one: string): FlatRow[] => {
    line += 1
    if (one.trim() === '') return []
    if (isTooDeep(one)) throw new JsonProblem(`line ${line} is nested deeper than ${BOUNDS.jsonDepth} levels`)
    return [{ line, flat: flatten(parseItem(one, `line ${line}`)) }]
  }
  for await (const piece of readText(path, text.encoding)) {
    const lines = (held + piece).split('\n')
    held = lines.pop() ?? ''
    if (held.length > BOUNDS.rowText)
      throw new JsonProblem(`line ${line + 1} is longer than ${BOUNDS.rowText} characters`)
    yield lines.flatMap(toRow)
  }
  yield toRow(held)
}

type Read = (path: string, text: TextEncoding) => AsyncGenerator<FlatRow[]>

/** The names of all objects, in the order in which they come. */
async function readNames(rows: AsyncIterable<FlatRow[]>): Promise<string[]> {
  const names = new Set<string>()
  let count = 0
  for await (const some of rows) {
    count += some.length
    if (count > BOUNDS.textRows) throw new JsonProblem(`it has more than ${BOUNDS.textRows} objects`)
    for (const { flat } of some) for (const name of flat.keys()) names.add(name)
    if (names.size > BOUNDS.keptColumns)
      throw new JsonProblem(`its objects have more than ${BOUNDS.keptColumns} different names`)
  }
  return [...names]
}

/** Read twice: once for the names, once for the rows; never held whole. */
async function* readRows(path: string, text: TextEncoding, read: Read): AsyncGenerator<ExportRow[]> {
  try {
    const names = await readNames(read(path, text))
    yield [{ line: 0, cells: names }]
    for await (const some of read(path, text)) {
      yield some.map(({ line, flat }) => ({ line, cells: names.map((name) => flat.get(name) ?? '') }))
    }
  } catch (error) {
    if (error instanceof JsonProblem) throw unreadable(path, error.message, error)
    throw error
  }
}

function toFile(path: string, text: TextEncoding, format: 'json' | 'ndjson', read: Read): ExportFile {
  const rows = () => readRows(path, text, read)
  const sheet = { name: null, leftOut: null, layout: 'named', rows } as const
  return { format, text, delimiter: null, sheets: [sheet], close: () => undefined }
}

/** A JSON array of End Users. */
export const openJson = (path: string, text: TextEncoding): ExportFile =>
  toFile(path, text, 'json', readArray)

/** One JSON object a line. */
export const openNdjson = (path: string, text: TextEncoding): ExportFile =>
  toFile(path, text, 'ndjson', readLines)
