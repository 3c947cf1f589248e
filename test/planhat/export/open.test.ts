import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/errors.ts'
import { type RowReading, readEndUserRow } from '../../../src/match/export/end-user-row.ts'
import { findTables } from '../../../src/pipeline/phone-index/import-tables.ts'
import { openExport } from '../../../src/planhat/export/open.ts'
import { type Parts, workbook, workbookParts, zip } from '../../support/workbook.ts'

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
const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/exports/${name}`, import.meta.url))
const ID = '5e26e38abf07307b89e48d5'
const CO = '5e15901391025d870eec123'
const PHONE_FIELDS = ['phone', 'custom.Phone 2']

async function readAll(path: string, map = new Map<string, string>()): Promise<RowReading[]> {
  const file = await openExport(path)
  const readings: RowReading[] = []
  for (const { source, table } of await findTables(file, { phoneFields: PHONE_FIELDS, map })) {
    if (table === null) continue
    let left = table.header.firstRow
    for await (const rows of source.rows())
      for (const row of rows) if (left-- <= 0) readings.push(readEndUserRow(row, table))
  }
  file.close()
  return readings
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
    const path = write('export.txt', `[{"_id":"${ID}1","companyId":"${CO}1","phone":"+12025550143"}]`)
    expect(await readAll(path)).toMatchObject([{ kind: 'end-user', endUser: { id: `${ID}1` } }])
  })

  it('may hold cells over several lines, empty lines, short rows and old line endings', async () => {
    const text =
      'Id,Company Id,Phone,Name,Notes\r\n' +
      `"${ID}1",${CO}1,+12025550143,Ada,"first\r\nsecond"\r\n\r\n${ID}2,${CO}1\r\n`
    for (const ends of [text, text.replaceAll('\r\n', '\r'), text.replaceAll('\r\n', '\n')]) {
      expect(await readAll(write('odd.csv', ends))).toMatchObject([
        { endUser: { id: `${ID}1`, phones: [{ raw: '+12025550143' }] } },
        { endUser: { id: `${ID}2`, phones: [] } },
      ])
    }
  })

  it('may be cut anywhere by the file system: a letter of two bytes stays whole', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, i) => `${i.toString(16).padStart(24, 'a')},${CO}1,+12025550143,Zoé`,
    ).join('\n')
    const read = await readAll(write('long.csv', `Id,Company Id,Phone,Name\n${rows}\n`))
    expect(read.length).toBe(20_000)
    expect(read.every((r) => r.kind === 'end-user' && r.endUser.name === 'Zoé')).toBe(true)
  })
})

describe('a file that cannot be read is refused, with its place and never its content', () => {
  it.each([
    ['missing.csv', null, 'FILE_NOT_FOUND'],
    ['old.xls', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'EXPORT_UNREADABLE'],
    ['empty.csv', '', 'EXPORT_UNREADABLE'],
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
    const error = await failure(
      readAll(write('unknown.csv', `Key,Account,Cell\n${ID}1,${CO}1,+12025550143\n`)),
    )
    expect(error.message).toBe(
      "No column of the file is known to be the End User's id or companyId or phone.",
    )
    expect(error.suggestions[0]).toBe('Columns of the file: Key, Account, Cell')
    expect(error.suggestions).toContain('Name it with --map "companyId=<column>"')
  })

  it('reads the same file once --map names them', async () => {
    const map = new Map([
      ['id', 'Key'],
      ['companyId', 'account'],
      ['phone', 'Cell'],
    ])
    const rows = await readAll(write('mapped.csv', `Key,Account,Cell\n${ID}1,${CO}1,+12025550143\n`), map)
    expect(rows).toMatchObject([
      { endUser: { id: `${ID}1`, companyId: `${CO}1`, phones: [{ field: 'phone' }] } },
    ])
  })
})

/** A file that is something else is named as what it is, with what to do, whatever it is called. */
describe('a file of another kind', () => {
  const wide = (text: string) => Buffer.from(text, 'utf16le')
  const ole = (...streams: string[]) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), ...streams.map(wide)])

  it.each<[string, string | Uint8Array, RegExp]>([
    ['people.xlsx', ole(), /protected by a password/],
    ['people.xls', ole('Root Entry', 'EncryptedPackage'), /protected by a password/],
    ['people.xls', ole('Root Entry', 'Workbook'), /an old Excel file/],
    ['people.xls', ole(), /an old Excel file \(\.xls\), or one protected by a password/],
    ['people.doc', ole('WordDocument'), /a Word document/],
    ['people.xls', '<html><table><tr><td>Ann</td></tr></table></html>', /it is HTML/],
    ['people.csv', '\uFEFF  <!DOCTYPE html><title>Ann</title>', /it is HTML/],
    ['people.xls', '<?xml version="1.0"?><html xmlns="x"><body>Ann</body></html>', /it is HTML/],
    ['people.xls', 'MIME-Version: 1.0\nContent-Type: text/html', /it is HTML/],
    [
      'people.xls',
      '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
      /old XML/,
    ],
    ['people.csv', '<?xml version="1.0"?><people><person>Ann</person></people>', /it is XML/],
    ['people.csv', '%PDF-1.7 Ann', /it is a PDF/],
    ['people.csv', '{\\rtf1 Ann}', /rich-text/],
    ['people.csv', new Uint8Array([0x1f, 0x8b, 8, 0]), /gzip/],
    ['people.csv', new Uint8Array([1, 2, 3, 4, 0, 200]), /no text and no workbook/],
    ['people.csv', '\uFEFF \n', /it is empty/],
    ['people.json', '{\n  "data": [{"_id": "Ann"}]\n}', /one object, no array/],
    ['people.xlsx', zip({ 'xl/workbook.bin': 'Ann' }), /\.xlsb/],
    ['people.xlsx', zip({ mimetype: 'x', 'content.xml': '<Ann/>' }), /OpenDocument/],
    ['people.xlsx', zip({ 'Index/Document.iwa': 'Ann' }), /Numbers/],
    ['people.xlsx', zip({ 'people.csv': 'Ann' }), /a ZIP archive, no workbook; unpack it first/],
    ['people.csv', zip({}), /an empty ZIP/],
  ])('%s', async (name, bytes, message) => {
    const error = await failure(readAll(write(name, bytes)))
    expect(error.message).toMatch(message)
    expect(error).toMatchObject({ code: 'EXPORT_UNREADABLE', exitCode: 2 })
    expect(`${error.message}${error.suggestions}`).not.toContain('Ann')
  })
})

describe('a workbook', () => {
  const header = ['Id', 'Company Id', 'Phone', 'Archived']
  const number = (xml: string) => ({ type: 'n', xml: `<v>${xml}</v>` })
  const row = (phone: string | { type: string; xml: string }, archived: typeof phone = '') => [
    `${ID}1`,
    `${CO}1`,
    phone,
    archived,
  ]
  const phoneOf = async (cell: Parameters<typeof row>[0], shared?: string[]) => {
    const [reading] = await readAll(
      write('one.xlsx', workbook([{ name: 'S', rows: [header, row(cell)] }], shared)),
    )
    return reading?.kind === 'end-user' ? reading.endUser.phones[0]?.raw : reading
  }

  it('gives numbers as people write them, and of a formula the value that was kept', async () => {
    expect(await phoneOf(number('12025550143'))).toBe('12025550143')
    expect(await phoneOf(number('1.2025550143E10'))).toBe('12025550143')
    expect(await phoneOf({ type: 'str', xml: '<f>A1&amp;B1</f><v>+1 202 555 0143</v>' })).toBe(
      '+1 202 555 0143',
    )
    expect(await phoneOf({ type: 'e', xml: '<v>#N/A</v>' })).toBe('#N/A')
  })

  it('joins the runs of a rich text, leaves out how it is spoken, and undoes what XML cannot hold', async () => {
    const rich =
      '<r><t>+1 202</t></r><r><rPr><b/></rPr><t xml:space="preserve"> ' +
      '555 0143</t></r><rPh sb="0" eb="1"><t>ni</t></rPh>'
    expect(await phoneOf({ type: 's', xml: '<v>0</v>' }, [rich])).toBe('+1 202 555 0143')
    expect(await phoneOf({ type: 's', xml: '<v>0</v>' }, ['<t>+12025550143_x000A_+12025550144</t>'])).toBe(
      '+12025550143\n+12025550144',
    )
  })

  it('reads what Archived says, as truth value or word', async () => {
    const rows = [
      header,
      row('1', { type: 'b', xml: '<v>1</v>' }),
      row('1', 'ja'),
      row('1', { type: 'b', xml: '<v>0</v>' }),
    ]
    const read = await readAll(write('archived.xlsx', workbook([{ name: 'S', rows }])))
    expect(read.map((r) => r.kind === 'end-user' && r.endUser.archived)).toEqual([true, true, false])
  })

  it('may have prefixes, absolute targets and parts in another case', async () => {
    const parts: Parts = workbookParts([{ name: 'S', rows: [header, row('+12025550143')] }])
    const odd = {
      '_rels/.rels': String(parts['_rels/.rels']).replace('"xl/', '"/xl/'),
      'xl/Workbook.xml': String(parts['xl/workbook.xml'])
        .replace(/<(\/?)(workbook|sheets|sheet)\b/g, '<$1x:$2')
        .replace('xmlns=', 'xmlns:x='),
      'xl/_rels/workbook.xml.rels': String(parts['xl/_rels/workbook.xml.rels']).replace(
        '"worksheets',
        '"/xl/worksheets',
      ),
      'xl/worksheets/sheet1.xml': String(parts['xl/worksheets/sheet1.xml'])
        .replace(/<(\/?)(worksheet|sheetData|row|c|is|t)\b/g, '<$1x:$2')
        .replace('xmlns=', 'xmlns:x='),
    }
    expect(await readAll(write('odd.xlsx', zip(odd)))).toMatchObject([{ endUser: { id: `${ID}1` } }])
  })
})
