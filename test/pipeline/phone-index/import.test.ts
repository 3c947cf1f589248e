import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../src/config/settings.ts'
import type { SyncError } from '../../../src/errors.ts'
import { importIndex } from '../../../src/pipeline/phone-index/import.ts'
import { lookUpNumber } from '../../../src/pipeline/phone-index/lookup.ts'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import { createLog } from '../../../src/report/live/log.ts'
import { createProgress } from '../../../src/report/live/progress.ts'
import type { FileReading } from '../../../src/report/text/index-import.ts'
import { type ImportResult, sayImport } from '../../../src/report/text/phone-index.ts'
import { workbook } from '../../support/workbook.ts'

const field = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/exports/field/${name}`, import.meta.url))
const person = (n: number) => `aaaaaaaaaaaaaaaaaaaa000${n}`
const company = (n: number) => `cccccccccccccccccccc000${n}`
const number = (n: number) => `+1202555010${n}`

let folder = ''
let world: Surroundings
let logged = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
  logged = ''
  const clock = { nowMs: () => Date.UTC(2026, 10, 27), sleep: async () => undefined }
  const stream = {
    write: (text: string) => {
      logged += text
      return true
    },
  }
  world = {
    settings: loadSettings({ flags: { 'state-dir': join(folder, 'state') }, env: {}, cwd: folder }),
    clock,
    signal: new AbortController().signal,
    log: createLog({ format: 'text', stream, verbose: true, reveal: true }),
    progress: createProgress({ stream: process.stderr, isTTY: false, enabled: false, clock }),
    allow: new Set(),
  }
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const take = (file: string, map: string[] = []): Promise<ImportResult> => importIndex(world, { file, map })
const companyOf = (phone: string) => {
  const { decision, endUsers } = lookUpNumber(world, { number: phone, country: null })
  return endUsers.length === 0 ? decision : endUsers.map((one) => one.companyId).join()
}
const sheetOf = ({ read }: ImportResult, at = 0): FileReading['sheets'][number] => {
  const sheet = read.sheets[at]
  if (sheet === undefined) throw new Error('no such sheet')
  return sheet
}
const refusalOf = async (file: string, map: string[] = []): Promise<SyncError> => {
  const error = await take(file, map).catch((thrown: unknown) => thrown)
  return error as SyncError
}

/** The files of issue "Faults that real files showed", 1; each stands for a kind. */
describe('a file as people have it', () => {
  it.each<[string, Record<number, string>, object]>([
    [
      'short-row.csv',
      { 1: 'unmatched', 2: company(2) },
      { leftOut: [{ reason: 'shifted-cells', count: 1, lines: [2] }] },
    ],
    [
      'shifted.csv',
      { 1: 'unmatched', 2: company(2) },
      { leftOut: [{ reason: 'too-many-cells', count: 1, lines: [2] }] },
    ],
    [
      'shifted-back.csv',
      { 1: 'unmatched', 2: company(2) },
      { leftOut: [{ reason: 'shifted-cells', count: 1, lines: [2] }] },
    ],
    [
      'na-id.csv',
      { 1: 'unmatched', 2: 'unmatched', 3: 'unmatched', 4: company(4) },
      { leftOut: [{ reason: 'no-id', count: 3, lines: [2, 3, 4] }] },
    ],
    [
      'multi-company.csv',
      { 1: 'unmatched', 2: company(2) },
      { leftOut: [{ reason: 'several-company-ids', count: 1, lines: [2] }] },
    ],
    [
      'quote-pair-swallows.csv',
      { 1: 'unmatched', 3: 'unmatched', 4: company(4) },
      { leftOut: [{ reason: 'line-break', count: 1, lines: [2] }] },
    ],
    ['multiline-header.csv', { 1: company(1) }, { headerRow: 1, rows: 1, leftOut: [] }],
    ['macroman.csv', { 1: company(1) }, { rows: 1 }],
    ['title-rows.csv', { 1: company(1), 2: company(2) }, { headerRow: 4, rows: 2 }],
    ['title-rows.xlsx', { 1: company(1), 2: company(2) }, { name: 'S', headerRow: 3, rows: 2 }],
    ['two-header-rows.xlsx', { 1: company(1), 2: company(2) }, { headerRow: 2, rows: 2 }],
    [
      'total-row.xlsx',
      { 1: company(1), 2: company(2) },
      { rows: 3, leftOut: [{ reason: 'total-row', count: 1, lines: [4] }] },
    ],
    ['no-refs.xlsx', { 1: company(1) }, { rows: 1 }],
  ])('%s gives nobody another company, and says what was left out', async (name, numbers, sheet) => {
    const result = await take(field(name))
    expect(sheetOf(result)).toMatchObject(sheet)
    for (const [n, whose] of Object.entries(numbers))
      expect([n, companyOf(number(Number(n)))]).toEqual([n, whose])
  })

  it('is said to be in an old encoding where it is, with its names as they were meant', async () => {
    const result = await take(field('macroman.csv'))
    expect(result.read).toMatchObject({ encoding: 'macintosh', encodingIsGuess: true, delimiter: ';' })
    const { endUsers } = lookUpNumber(world, { number: number(1), country: null })
    expect(endUsers[0]?.name).toBe('José Müller')
    expect(sayImport(result)).toContain('the encoding is a guess')
  })

  it('is read in every visible sheet that has the columns; text in front is named', async () => {
    const both = await take(field('two-sheets.xlsx'))
    expect(both.read.sheets.map(({ name, rows, why }) => [name, rows, why])).toEqual([
      ['US', 1, null],
      ['EU', 1, null],
    ])
    expect(companyOf('+33 1 76 36 06 95')).toBe(company(2))
    const readMe = await importIndex(
      { ...world, allow: new Set(['index-shrink']) },
      { file: field('readme-first.xlsx'), map: [] },
    )
    expect(readMe.read.sheets).toMatchObject([
      { name: 'Read me', why: 'no header row', rows: 0 },
      { name: 'End Users', why: null, headerRow: 1, rows: 1 },
    ])
  })

  it('is never read in a hidden sheet, nor a very hidden one', async () => {
    const header = ['Id', 'Company Id', 'Phone']
    const sheets = [
      { name: 'Old', state: 'hidden' as const, rows: [header, [person(1), company(9), number(1)]] },
      { name: 'Older', state: 'veryHidden' as const, rows: [header, [person(2), company(9), number(2)]] },
      { name: 'Chart', chart: true },
      { name: 'Empty', rows: [] },
      {
        name: 'Now',
        rows: [
          ['Phone', 'Company Id', 'Id'],
          [number(1), company(1), person(1)],
        ],
      },
    ]
    const result = await take(write('hidden.xlsx', workbook(sheets)))
    expect(result.read.sheets.map(({ name, why }) => [name, why])).toEqual([
      ['Old', 'hidden'],
      ['Older', 'very hidden'],
      ['Chart', 'no cells'],
      ['Empty', 'no cells'],
      ['Now', null],
    ])
    expect([companyOf(number(1)), companyOf(number(2))]).toEqual([company(1), 'unmatched'])
    const onlyHidden = await refusalOf(write('only.xlsx', workbook(sheets.slice(0, 2))))
    expect(onlyHidden.suggestions).toContain('Sheet "Old" is not read: hidden')
  })

  it.each([
    ['dup-id.csv', 'id', 'D'],
    ['dup-company-id.csv', 'companyId', 'E'],
  ])('%s is refused with the --map that settles it', async (name, what, letter) => {
    const refusal = await refusalOf(field(name))
    expect(refusal).toMatchObject({ code: 'COLUMNS_AMBIGUOUS', exitCode: 2 })
    expect(refusal.suggestions.join()).toContain(`--map "${what}=column ${letter}"`)
    await take(field(name), [`${what}=column ${letter}`])
    const { endUsers } = lookUpNumber(world, { number: number(1), country: null })
    expect(endUsers).toMatchObject([
      what === 'id' ? { id: 'aaaaaaaaaaaaaaaaaaaa0099' } : { companyId: company(7) },
    ])
  })

  it.each([
    ['no-header.csv', /no header row/i, 'COLUMNS_UNKNOWN'],
    ['encrypted.xlsx', /password/, 'EXPORT_UNREADABLE'],
    ['html.xls', /HTML/, 'EXPORT_UNREADABLE'],
  ])('%s is refused as what it is, with no word of its own', async (name, message, code) => {
    const refusal = await refusalOf(field(name))
    expect(refusal).toMatchObject({ code, exitCode: 2, message: expect.stringMatching(message) })
    expect(`${refusal.message}${refusal.suggestions}`).not.toMatch(/Ann|Bo |acme|202|aaaa|cccc|Person/)
  })

  it('without a header row is read when --map names the columns by place', async () => {
    const result = await take(field('no-header.csv'), ['id=column A', 'companyId=column E', 'phone=column D'])
    expect(sheetOf(result)).toMatchObject({ headerRow: null, rows: 2, endUsers: 2 })
    expect(companyOf(number(1))).toBe(company(1))
  })
})

describe('what index import says', () => {
  it('names file, sheet, header row, columns, and rows left out with their first lines', async () => {
    const rows = Array.from({ length: 8 }, () => `NULL,${company(1)},1,Ann\n`).join('')
    const text = `Report\n\nId,Company Id,Phone,Name\n${rows}${person(1)},${company(1)},${number(1)},Bo\n`
    const result = await take(write('people.csv', text))
    expect(sayImport(result)).toContain(
      [
        'Read from people.csv (CSV, comma, UTF-8)',
        '  header in row 3, 9 rows, 1 End User taken',
        '    id from column A "Id"',
        '    companyId from column B "Company Id"',
        '    phone from column C "Phone"',
        '    name from column D "Name"',
        '    left out: no End User id  8 (lines 4, 5, 6, 7, 8, …)',
      ].join('\n'),
    )
    expect(sayImport(result)).not.toMatch(/Ann|Bo\b/)
  })

  it('names repeats with their lines, and takes nobody who stands in two companies', async () => {
    const line = (n: number, c: number, phone: number) => `${person(n)},${company(c)},${number(phone)}\n`
    const text = `Id,Company Id,Phone\n${line(1, 1, 1)}${line(1, 1, 2)}${line(2, 1, 3)}${line(2, 2, 3)}${line(3, 3, 4)}`
    const result = await take(write('twice.csv', text))
    expect(sheetOf(result).leftOut).toEqual([
      { reason: 'duplicate-in-other-company', count: 2, lines: [4, 5] },
      { reason: 'duplicate-row', count: 1, lines: [3] },
    ])
    expect(sheetOf(result)).toMatchObject({ rows: 5, endUsers: 2 })
    expect([1, 2, 3, 4].map((n) => companyOf(number(n)))).toEqual([
      company(1),
      company(1),
      'unmatched',
      company(3),
    ])
  })

  it('counts a phone that is an object, and one far too long', async () => {
    const people = [
      { _id: person(1), companyId: company(1), phone: { mobile: number(1) } },
      { _id: person(2), companyId: company(1), phone: ' / '.repeat(33_000) },
      { _id: person(3), companyId: company(1), phone: [number(3), { home: number(4) }] },
    ]
    const result = await take(write('people.json', JSON.stringify(people)))
    expect(result).toMatchObject({ endUsers: 3, withPhone: 1, numbers: 1 })
    expect(result.unusable).toEqual([
      { reason: 'not-a-number', count: 2 },
      { reason: 'too-long', count: 1 },
    ])
  })

  it('says what helps where national numbers are lost for want of a country', async () => {
    const lines = [1, 2, 3].map((n) => `${person(n)},${company(1)},01 76 36 06 9${n}\n`).join('')
    const without = await take(
      write('national.csv', `Id,Company Id,Phone,Where\n${lines.replaceAll('\n', ',France\n')}`),
    )
    expect(without.assumed).toEqual({ country: 'US', numbers: 0, unusable: 3 })
    expect(sayImport(without)).toMatch(
      /3 phones are .*no numbers of US.*\n.*--map "country=<column>".*\n.*defaultCountry/,
    )
    const withCountry = await take(join(folder, 'national.csv'), ['country=Where'])
    expect(withCountry).toMatchObject({ numbers: 3, assumed: { unusable: 0 } })
  })
})

describe('a file of which nothing can be used', () => {
  it('says what was wrong with its rows', async () => {
    const text =
      `Id,Company Id,Phone\n1,${person(1)},${company(1)},${number(1)}\n` +
      `2,${person(2)},${company(1)},${number(2)}\n`
    const refusal = await refusalOf(write('row-names.csv', text))
    expect(refusal).toMatchObject({ code: 'INDEX_EMPTY', exitCode: 6 })
    expect(refusal.suggestions[0]).toBe(
      'left out: more cells than the header, so they may have moved  2 (lines 2, 3)',
    )
  })

  it('says so where every End User stands in two companies, whatever the sheet', async () => {
    const sheet = (c: number) => [
      ['Id', 'Company Id', 'Phone'],
      ...[1, 2].map((n) => [person(n), company(c), number(n)]),
    ]
    const sheets = [
      { name: 'North', rows: sheet(1) },
      { name: 'South', rows: sheet(2) },
    ]
    const refusal = await refusalOf(write('two-companies.xlsx', workbook(sheets)))
    expect(refusal).toMatchObject({ code: 'INDEX_EMPTY', exitCode: 6 })
    expect(refusal.suggestions.slice(0, 2)).toEqual([
      'Sheet "North", left out: the same End User in two companies (in neither now)  2 (lines 2, 3)',
      'Sheet "South", left out: the same End User in two companies (in neither now)  2 (lines 2, 3)',
    ])
  })

  it('is taken for doubtful where a quote in any column has swallowed a row', async () => {
    const text =
      `Name,Title,Id,Phone,Company Id\nAnn,"CEO,${person(1)},${number(1)},${company(1)}\n` +
      `Bo,CEO",${person(2)},${number(2)},${company(2)}\nCy,CFO,${person(3)},${number(3)},${company(3)}\n`
    const result = await take(write('title.csv', text))
    expect(sheetOf(result).leftOut).toEqual([{ reason: 'line-break', count: 1, lines: [2] }])
    expect([1, 2, 3].map((n) => companyOf(number(n)))).toEqual(['unmatched', 'unmatched', company(3)])
  })
})

describe('ids that a spreadsheet has turned into numbers', () => {
  const damaged = (count: number) =>
    Array.from({ length: count }, () => `6.00E+23,${company(1)},${number(1)}\n`).join('')
  const whole = (count: number) =>
    Array.from(
      { length: count },
      (_, n) => `${n.toString(16).padStart(24, 'a')},${company(1)},${number(2)}\n`,
    ).join('')

  it('are refused on an empty index too, when they are many', async () => {
    const file = write('saved.csv', `Id,Company Id,Phone\n${damaged(12)}${whole(100)}`)
    const refusal = await refusalOf(file)
    expect(refusal).toMatchObject({ code: 'GUARD_DAMAGED_IDS', exitCode: 6 })
    expect(refusal.message).toContain('12 of 112 rows')
    const allowed = await importIndex({ ...world, allow: new Set(['damaged-ids']) }, { file, map: [] })
    expect(allowed.endUsers).toBe(100)
  })

  it('are left out with a warning, when they are few', async () => {
    const result = await take(write('saved.csv', `Id,Company Id,Phone\n${damaged(2)}${whole(1)}`))
    expect(sheetOf(result).leftOut).toEqual([{ reason: 'damaged-id', count: 2, lines: [2, 3] }])
    expect(logged).toContain('has turned the ids of 2 of 3 rows')
  })
})
