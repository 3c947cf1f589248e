import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { type RowReading, readEndUserRow } from '../../src/match/end-user-file.ts'
import { findColumns } from '../../src/match/export-columns.ts'
import { openExport } from '../../src/planhat/export-file.ts'

const FORMATS = [
  'comma-utf8.csv',
  'semicolon-utf8-bom.csv',
  'tab-utf16le.csv',
  'tab-utf16be.csv',
  'comma-utf16le-no-bom.csv',
  'semicolon-windows-1252.csv',
  'excel-sep-hint.csv',
  'array.json',
  'lines.ndjson',
  'workbook.xlsx',
]
const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/exports/${name}`, import.meta.url))
const PHONE_FIELDS = ['phone', 'custom.Phone 2']

async function readAll(path: string, map = new Map<string, string>()): Promise<RowReading[]> {
  const table = await openExport(path)
  const columns = findColumns(table.header, { phoneFields: PHONE_FIELDS, map })
  const rows: RowReading[] = []
  for await (const cells of table.rows) rows.push(readEndUserRow(cells, columns))
  return rows
}

async function failure(work: Promise<unknown>): Promise<UsageError> {
  const error = await work.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UsageError)
  return error as UsageError
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exports-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

describe('an exported file of End Users', () => {
  it.each(FORMATS)('gives the same End Users as %s', async (name) => {
    const rows = await readAll(fixture(name))
    expect(rows).toEqual(await readAll(fixture('comma-utf8.csv')))
    expect(rows.map((r) => (r.kind === 'problem' ? r.reason : r.kind))).toEqual([
      ...Array(6).fill('end-user'),
      'no-id',
      'no-company',
    ])
  })

  it('keeps names, countries, quoting and phone fields as they were meant', async () => {
    const rows = await readAll(fixture('semicolon-windows-1252.csv'))
    expect(rows[1]).toEqual({
      kind: 'end-user',
      endUser: {
        id: '5e26e38abf07307b89e48d52',
        name: 'Zoé Exemple',
        email: 'zoe@globex.example',
        companyId: '5e15901391025d870eec1232',
        companyName: 'Globex, Société',
        country: 'FR',
        archived: false,
        phones: [
          { field: 'phone', raw: '01 76 36 06 95' },
          { field: 'custom.Phone 2', raw: '+33 1 76 36 06 96' },
        ],
      },
    })
    expect(rows[2]).toMatchObject({ endUser: { name: 'Bob "Bo" Example', phones: [{ raw: '12025550144' }] } })
    expect(rows[4]).toMatchObject({
      endUser: { name: 'Jürgen Beispiel', companyName: 'Hooli; Söhne', country: 'DE', archived: true },
    })
  })

  it('is known by what it holds, not by its name', async () => {
    const path = write('export.txt', '[{"_id":"a","companyId":"c","phone":"+12025550143"}]')
    expect(await readAll(path)).toMatchObject([{ kind: 'end-user', endUser: { id: 'a' } }])
  })

  it('may hold cells over several lines, empty lines, short rows and old line endings', async () => {
    const text = 'Id,Company Id,Phone,Name\r\n"a","c","+12025550143\n+12025550144",Ada\r\n\r\nb,c\r\n'
    const rows = await readAll(write('odd.csv', text))
    expect(rows).toMatchObject([
      { endUser: { id: 'a', phones: [{ raw: '+12025550143\n+12025550144' }] } },
      { endUser: { id: 'b', phones: [] } },
    ])
  })

  it('may be cut anywhere by the file system: a letter of two bytes stays whole', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},c,+12025550143,Zoé`).join('\n')
    const read = await readAll(write('long.csv', `Id,Company Id,Phone,Name\n${rows}\n`))
    expect(read.length).toBe(20_000)
    expect(read.every((r) => r.kind === 'end-user' && r.endUser.name === 'Zoé')).toBe(true)
  })
})

describe('a file that cannot be read is refused, with its place and never its content', () => {
  it.each([
    ['missing.csv', null, 'FILE_NOT_FOUND'],
    ['old.xls', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'EXPORT_UNREADABLE'],
    ['broken.xlsx', 'PK\u0003\u0004 secret-cell', 'EXPORT_UNREADABLE'],
    ['broken.json', '[{"_id": "secret-cell', 'EXPORT_UNREADABLE'],
    ['object-in-array.json', '["secret-cell"]', 'EXPORT_UNREADABLE'],
    ['broken.ndjson', '{"_id":"a","companyId":"c","phone":"1"}\n{"secret-cell', 'EXPORT_UNREADABLE'],
    ['open-quote.csv', 'Id,Company Id,Phone\n"a,c,secret-cell\n', 'EXPORT_UNREADABLE'],
  ])('%s', async (name, bytes, code) => {
    const path = bytes === null ? join(folder, name) : write(name, bytes)
    const error = await failure(readAll(path))
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('secret-cell')
    expect(error.message).toContain(name)
  })

  it('names the columns found and the --map to use when a needed one is not known', async () => {
    const error = await failure(readAll(write('unknown.csv', 'Key,Account,Cell\na,c,+12025550143\n')))
    expect(error.message).toBe(
      "No column of the file is known to be the End User's id or companyId or phone.",
    )
    expect(error.suggestions[0]).toBe('Columns of the file: Key, Account, Cell')
    expect(error.suggestions).toContain('Name it with --map "companyId=<column>"')
  })

  it('and an empty file as well', async () => {
    expect((await failure(readAll(write('empty.csv', '')))).code).toBe('COLUMNS_UNKNOWN')
  })

  it('reads the same file once --map names them', async () => {
    const map = new Map([
      ['id', 'Key'],
      ['companyId', 'account'],
      ['phone', 'Cell'],
    ])
    const rows = await readAll(write('mapped.csv', 'Key,Account,Cell\na,c,+12025550143\n'), map)
    expect(rows).toMatchObject([{ endUser: { id: 'a', companyId: 'c', phones: [{ field: 'phone' }] } }])
  })
})
