import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { findTables } from '../../src/pipeline/phone-index/import-tables.ts'
import { openExport } from '../../src/planhat/export/open.ts'
import { runCommand } from '../support/command.ts'
import { sheetXml, workbook, workbookParts, zip } from '../support/workbook.ts'

const MEGABYTE = 1024 ** 2
/** Of the heap: a command needs some 60 MB for itself; 0.1.0 took 4.4 GB for a workbook of 1.5 kB. */
const MEMORY = ['--max-old-space-size=160', '--max-semi-space-size=8'].join(' ')
const FIELD = fileURLToPath(new URL('../../fixtures/exports/field/', import.meta.url))
const ID = '5e26e38abf07307b89e48d51'
const COMPANY = '5e15901391025d870eec1231'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const header = ['Id', 'Company Id', 'Phone']
const csvHeader = `${header.join(',')}\n`
const sheetOf = (xml: string) =>
  workbook([{ name: 'S', xml: `<worksheet><sheetData>${xml}</sheetData></worksheet>` }])
const sheetWith = (inside: string) =>
  zip({ ...workbookParts([{ name: 'S', rows: [header] }]), 'xl/worksheets/sheet1.xml': inside })
const corner = (row: number) => `<row r="${row}"><c r="XFD${row}" t="str"><v>x</v></c></row>`
const repeat = (text: string, times: number) => Buffer.alloc(text.length * times, text)
const between = (start: string, middle: Buffer, end: string) =>
  Buffer.concat([Buffer.from(start), middle, Buffer.from(end)])
const laugh = (_: unknown, i: number) => `<!ENTITY a${i} "${`&a${i === 0 ? '' : i - 1};`.repeat(10)}">`
const LAUGHS = `<!DOCTYPE w [<!ENTITY a "ha">${Array.from({ length: 12 }, laugh).join('')}]><w>&a11;</w>`

/**
 * Each says what a file claims or makes work of; a code that a person or a cron
 * job can act on is all it may end with.
 */
const FILES: readonly (readonly [name: string, make: () => Uint8Array | string])[] = [
  ['corner.xlsx', () => sheetOf(corner(1_048_576))],
  ['corners.xlsx', () => sheetOf(Array.from({ length: 60_000 }, (_, i) => corner(i + 1)).join(''))],
  ['spaces.xlsx', () => sheetWith(`<worksheet>${' '.repeat(80 * MEGABYTE)}</worksheet>`)],
  ['long-cell.xlsx', () => sheetOf(`<row><c t="str"><v>${'x'.repeat(60 * MEGABYTE)}</v></c></row>`)],
  ['long-attribute.xlsx', () => sheetOf(`<row><c t="${'x'.repeat(60 * MEGABYTE)}"/></row>`)],
  [
    'attributes.xlsx',
    () => sheetOf(`<row ${Array.from({ length: 1_000_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
  ],
  ['deep.xlsx', () => sheetWith(`<worksheet>${'<a>'.repeat(1_000_000)}`)],
  ['laughs.xlsx', () => sheetWith(LAUGHS)],
  [
    'sheets.xlsx',
    () => workbook(Array.from({ length: 3000 }, (_, i) => ({ name: `S${i}`, rows: [header] }))),
  ],
  ['strings.xlsx', () => workbook([{ name: 'S', rows: [header] }], [`<t>${'x'.repeat(100 * MEGABYTE)}</t>`])],
  ['parts.xlsx', () => zip(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`xl/${i}`, ''])))],
  ['nested.json', () => `[{"a":${'['.repeat(5 * MEGABYTE)}`],
  ['nested-objects.json', () => `[${'{"a":'.repeat(MEGABYTE)}`],
  ['nested.ndjson', () => `{"_id":"a","b":${'{"c":'.repeat(100_000)}1${'}'.repeat(100_001)}\n`],
  ['text.json', () => between('[{"a":"', repeat('x', 80 * MEGABYTE), '"}]')],
  ['objects.json', () => between('[{}', repeat(',{}', 6 * MEGABYTE), ']')],
  ['names.json', () => `[${Array.from({ length: 200_000 }, (_, i) => `{"n${i}":1}`).join(',')}]`],
  ['line.ndjson', () => between('{"a":"', repeat('x', 80 * MEGABYTE), '"}')],
  ['line.csv', () => between(csvHeader, repeat('x', 80 * MEGABYTE), '')],
  ['commas.csv', () => between(csvHeader, repeat(',', 80 * MEGABYTE), '')],
  ['quotes.csv', () => between(csvHeader, repeat('"', 30 * MEGABYTE), '')],
  ['open-quotes.csv', () => between(csvHeader, repeat('"a\n', 2 * MEGABYTE), '')],
  ['columns.csv', () => `${'Id,'.repeat(300_000)}\n`],
  ['lines.csv', () => between(csvHeader, repeat('\n', 30 * MEGABYTE), '')],
  ['zeros.csv', () => Buffer.alloc(50 * MEGABYTE)],
  ['phone.csv', () => `${csvHeader}${ID},${COMPANY},${'1 / '.repeat(25_000)}\n`],
  ['phone.json', () => JSON.stringify([{ _id: ID, companyId: COMPANY, phone: ' / '.repeat(33_000) }])],
]

describe('a hostile export', () => {
  it.each(FILES)(
    '%s ends within bounded memory, with a code that says what to do',
    async (name, make) => {
      const path = join(folder, name)
      writeFileSync(path, make())
      const state = mkdtempSync(join(folder, 'state-'))
      const result = await runCommand(['index', 'import', path, '--state-dir', state, '--json'], {
        cwd: folder,
        env: { NODE_OPTIONS: MEMORY },
      })
      rmSync(path)
      expect(result.signal).toBeNull()
      expect([0, 2, 6], `${name}: ${result.exitCode} ${result.stderr.slice(0, 2000)}`).toContain(
        result.exitCode,
      )
      // Not even an error repeats what a file of somebody else's holds.
      expect(result.stdout.length + result.stderr.length).toBeLessThan(20_000)
      if (result.exitCode === 0)
        expect(JSON.parse(result.stdout)).toMatchObject({ endUsers: 1, withPhone: 0 })
      else expect(JSON.parse(result.stdout)).toMatchObject({ error: { exitCode: result.exitCode } })
    },
    60_000,
  )
})

describe('a damaged export', () => {
  const options = { phoneFields: ['phone'], map: new Map<string, string>() }
  const read = async (path: string): Promise<void> => {
    try {
      const file = await openExport(path)
      try {
        for (const { source } of await findTables(file, options))
          if (source.leftOut === null) for await (const _ of source.rows());
      } finally {
        file.close()
      }
    } catch (error) {
      expect(error, error instanceof Error ? (error.stack ?? '') : '').toBeInstanceOf(UsageError)
    }
  }
  const whole = zip(workbookParts([{ name: 'S', rows: [header, [ID, COMPANY, '+12025550143']] }]))
  const seeds = [
    ...readdirSync(FIELD).map((name) => readFileSync(join(FIELD, name))),
    whole,
    Buffer.from(sheetXml([header])),
    Buffer.from(JSON.stringify([{ _id: ID, companyId: COMPANY, phone: ['1', { a: [null] }] }])),
  ]

  it('is read as far as it can be, or refused in words of ours, whatever happened to its bytes', async () => {
    const path = join(folder, 'damaged')
    const change = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.nat({ max: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        async (seed, changes) => {
          let bytes = Buffer.from(seed)
          for (const { at, byte, cut } of changes) {
            const place = at % Math.max(1, bytes.length)
            bytes[place] = byte
            if (cut < 8) bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + cut)])
          }
          writeFileSync(path, bytes)
          await read(path)
        },
      ),
      { numRuns: 400 },
    )
  }, 60_000)
})
