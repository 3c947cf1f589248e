import { readFile } from 'node:fs/promises'
import { detectEncoding, readText } from '../files/encoding.ts'
import { type ExportTable, unreadable } from './export-table.ts'

type Flat = ReadonlyMap<string, string>

/** `{custom: {Mobile: 1}}` as `custom.Mobile`; a list of values as one text with semicolons. */
function flatten(value: object, prefix = ''): Flat {
  const flat = new Map<string, string>()
  for (const [key, held] of Object.entries(value)) {
    const name = prefix + key
    if (Array.isArray(held)) flat.set(name, held.filter(isPlain).join('; '))
    else if (held !== null && typeof held === 'object')
      for (const [k, v] of flatten(held, `${name}.`)) flat.set(k, v)
    else if (isPlain(held)) flat.set(name, String(held))
  }
  return flat
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const toCells = (flat: Flat, header: readonly string[]): string[] =>
  header.map((name) => flat.get(name) ?? '')

/** A JSON array of End Users. Held in memory whole, as JSON has to be. */
export async function openJson(path: string): Promise<ExportTable> {
  const text = new TextDecoder((await detectEncoding(path)).encoding).decode(await readFile(path))
  const parsed = parseOr(text, () => unreadable(path, 'it is no valid JSON'))
  if (!Array.isArray(parsed)) throw unreadable(path, 'its JSON is no array of End Users')
  const wrong = parsed.findIndex((item) => !isObject(item))
  if (wrong >= 0) throw unreadable(path, `[${wrong}] is no object`)
  const rows = (parsed as object[]).map((item) => flatten(item))
  const header = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  return { header, rows: rows.map((row) => toCells(row, header)) }
}

/** One JSON object a line. Read twice: once for the columns, once for the rows; never held whole. */
export async function openNdjson(path: string): Promise<ExportTable> {
  const names = new Set<string>()
  for await (const row of readObjects(path)) for (const name of row.keys()) names.add(name)
  const header = [...names]
  return { header, rows: readCells(path, header) }
}

async function* readCells(path: string, header: readonly string[]): AsyncGenerator<string[]> {
  for await (const row of readObjects(path)) yield toCells(row, header)
}

async function* readObjects(path: string): AsyncGenerator<Flat> {
  let number = 0
  for await (const line of readLines(path)) {
    number += 1
    if (line.trim() === '') continue
    const value = parseOr(line, () => unreadable(path, `line ${number} is no valid JSON`))
    if (!isObject(value)) throw unreadable(path, `line ${number} is no object`)
    yield flatten(value)
  }
}

async function* readLines(path: string): AsyncGenerator<string> {
  let held = ''
  for await (const piece of readText(path, (await detectEncoding(path)).encoding)) {
    const lines = (held + piece).split('\n')
    held = lines.pop() ?? ''
    yield* lines
  }
  yield held
}

function parseOr(text: string, fail: () => Error): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which holds people's data.
    throw fail()
  }
}
