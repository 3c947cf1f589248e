import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCountryName } from '../../../src/match/country-name.ts'
import { findColumns } from '../../../src/match/export/columns.ts'
import { readEndUserRow } from '../../../src/match/export/end-user-row.ts'
import { findHeader, type TableHeader } from '../../../src/match/export/header.ts'
import { demandFields, refuseFile } from '../../../src/match/export/refusal.ts'
import { learnShape } from '../../../src/match/export/row-fit.ts'

const phoneFields = ['phone', 'custom.Phone 2']
const find = (header: string[], map: [string, string][] = []) => {
  const finding = findColumns(header, { phoneFields, map: new Map(map) })
  if (finding.kind !== 'found') throw new Error(finding.kind)
  return finding.columns
}
const ID = '5e26e38abf07307b89e48d51'
const COMPANY = '5e15901391025d870eec1231'

/** docs/reference/planhat-api.md section 4, "Exported End Users": every synonym of the table. */
describe('columns by their headers', () => {
  it.each(['_id', 'Id', 'Planhat Id', 'End User Id', 'Enduser Id', 'ID', 'end_user_id'])(
    '%s is the id',
    (label) => {
      expect(find([label, 'Company Id', 'Phone']).single.id).toBe(0)
    },
  )

  it.each(['Company Id', 'companyId', 'Company Planhat Id', 'Company._id', 'company_id'])(
    '%s is the company id',
    (label) => {
      expect(find(['Id', label, 'Phone']).single.companyId).toBe(1)
    },
  )

  it.each(['Phone', 'Phone Number', 'Telephone', 'phone'])('%s is the phone', (label) => {
    expect(find(['Id', 'Company Id', label]).phones).toEqual([{ field: 'phone', column: 2 }])
  })

  it.each(['Mobile', 'Mobile Phone', 'Phone 2'])('%s is a phone known by its own name', (label) => {
    expect(find(['Id', 'Company Id', label]).phones).toEqual([{ field: `custom.${label}`, column: 2 }])
  })

  it.each([
    ['companyName', 'Company'],
    ['companyName', 'Company Name'],
    ['companyExternalId', 'Company External Id'],
    ['email', 'Email'],
    ['name', 'Full Name'],
    ['firstName', 'First Name'],
    ['lastName', 'Last Name'],
    ['archived', 'Archived'],
    ['country', 'Country'],
  ] as const)('%s is found under %s', (name, label) => {
    expect(find(['Id', 'Company Id', 'Phone', label]).single[name]).toBe(3)
  })

  it('knows a custom field by its display name, and by its path as JSON has it', () => {
    for (const label of ['Phone 2', 'custom.Phone 2', 'phone_2']) {
      expect(find(['Id', 'Company Id', label]).phones).toEqual([{ field: 'custom.Phone 2', column: 2 }])
    }
  })

  it('lets --map go first', () => {
    const columns = find(
      ['Id', 'Key', 'Company Id', 'Phone', 'Cell'],
      [
        ['id', 'Key'],
        ['custom.Phone 2', 'Cell'],
      ],
    )
    expect(columns.single.id).toBe(1)
    expect(columns.phones).toEqual([
      { field: 'custom.Phone 2', column: 4 },
      { field: 'phone', column: 3 },
    ])
  })

  it('knows headers of other languages, with their accents', () => {
    expect(
      find(['Kontakt-ID', 'Vorname', 'Nachname', 'E-Mail-Adresse', 'Telefonnummer', 'Firmen-ID', 'Land']),
    ).toEqual({
      single: { id: 0, firstName: 1, lastName: 2, email: 3, companyId: 5, country: 6 },
      phones: [{ field: 'phone', column: 4 }],
    })
    expect(
      find(['Id', 'Prénom', 'Nom', 'Téléphone', 'Téléphone portable', 'ID société', 'Société', 'Pays']),
    ).toEqual({
      single: { id: 0, firstName: 1, lastName: 2, companyId: 5, companyName: 6, country: 7 },
      phones: [
        { field: 'phone', column: 3 },
        { field: 'custom.Téléphone portable', column: 4 },
      ],
    })
    expect(
      find(['ID', 'Nombre', 'Apellidos', 'Teléfono', 'Móvil', 'ID de la empresa', 'País']).single.companyId,
    ).toBe(5)
  })

  it('takes both of two phone columns, and the first of two names', () => {
    const { phones, single } = find(['Id', 'Name', 'Company Id', 'Phone', 'Name', 'Phone'])
    expect(phones.map((p) => p.column)).toEqual([3, 5])
    expect(single.name).toBe(1)
  })

  it.each([
    [['Id', 'Id', 'Company Id', 'Phone'], 'id', [0, 1]],
    [['_id', 'Planhat Id', 'Company Id', 'Phone'], 'id', [0, 1]],
    [['Id', 'Company Id', 'companyId', 'Phone'], 'companyId', [1, 2]],
    [['Id', 'Company External Id', 'companyExternalId', 'Phone'], 'companyExternalId', [1, 2]],
    [['Id', 'Company Id', 'Phone', 'Country', 'Country'], 'country', [3, 4]],
  ])('never takes the first of two that decide: %j', (header, field, columns) => {
    const finding = findColumns(header, { phoneFields, map: new Map() })
    expect(finding).toMatchObject({ kind: 'twice', field, columns })
    const map = new Map([[field, 'column B']])
    if (field !== 'companyExternalId' && field !== 'country')
      expect(findColumns(header, { phoneFields, map })).toMatchObject({
        kind: 'found',
        columns: { single: { [field]: 1 } },
      })
  })

  it("takes a person's country before a company's", () => {
    expect(find(['Company Country', 'Country', 'Id', 'Company Id', 'Phone']).single.country).toBe(1)
  })
})

describe('the header of a table', () => {
  const rows = (...cells: string[][]) => cells.map((one, i) => ({ line: i + 1, cells: one }))
  const refusal = (cells: string[][], map: [string, string][] = []) => {
    const options = { phoneFields, map: new Map(map) }
    const finding = findHeader(rows(...cells), options)
    if (finding.kind === 'found') throw new Error('found')
    const { message, suggestions, code } = refuseFile([{ sheet: null, finding }], {
      map: options.map,
      notes: [],
    })
    return { code, text: [message, ...suggestions].join('\n'), message, suggestions }
  }

  it('is looked for in the first fifty rows', () => {
    const title = Array.from({ length: 49 }, () => ['Report'])
    const table = [...title, ['Id', 'Company Id', 'Phone'], [ID, COMPANY, '1']]
    expect(findHeader(rows(...table), { phoneFields, map: new Map() })).toMatchObject({
      kind: 'found',
      header: { line: 50, firstRow: 50 },
    })
    expect(refusal([['Report'], ...table]).text).toContain(
      'no header row in the file: none of its first 50 rows',
    )
  })

  it('is two rows where groups stand above the names', () => {
    const upper = ['Contact', '', '', 'Company', '', 'Owner']
    const lower = ['Id', 'Name', 'Phone', 'Id', 'Name', 'Id']
    const finding = findHeader(rows(['Report'], upper, lower), { phoneFields, map: new Map() })
    expect(finding).toMatchObject({
      kind: 'found',
      header: { line: 3, columns: { single: { id: 0, name: 1, companyId: 3, companyName: 4 } } },
    })
  })

  it('may be missing when --map names the columns by place', () => {
    const map: [string, string][] = [
      ['id', 'column A'],
      ['phone', 'column 2'],
      ['companyId', 'Column C'],
    ]
    const finding = findHeader(rows([ID, '1', COMPANY]), { phoneFields, map: new Map(map) })
    expect(finding).toMatchObject({ kind: 'found', header: { line: null, firstRow: 0 } })
  })

  it('refuses a --map to a field or a column that is not there, naming the nearest', () => {
    const header = [['Id', 'Company Id', 'Phone', 'E-mail']]
    expect(() => demandFields(new Map([['emial', 'E-mail']]), phoneFields)).toThrow(
      expect.objectContaining({ suggestions: [expect.stringContaining('Did you mean email?')] }),
    )
    expect(refusal(header, [['email', 'E-mial']]).suggestions[0]).toBe('Did you mean --map "email=E-mail"?')
    expect(refusal(header, [['email', 'Nothing like it']])).toMatchObject({
      code: 'MAP_UNKNOWN_COLUMN',
      suggestions: ['Columns of the file: Id, Company Id, Phone, E-mail'],
    })
  })

  it('names columns by their headers where it is one, and by their places where it may be a person', () => {
    expect(
      refusal([
        ['Key', 'Account', 'Cell'],
        [ID, COMPANY, '+12025550143'],
      ]).text,
    ).toContain('Key, Account, Cell')
    expect(
      refusal([
        ['Foo', 'Bar', 'Phone'],
        ['1', '2', '3'],
      ]).text,
    ).toContain('Columns of the file: Foo, Bar, Phone')
    expect(
      refusal([
        ['Ann Example', 'Acme', 'Sales'],
        [ID, '+12025550143', ''],
      ]).text,
    ).toContain('column A, column B, Sales')
    expect(
      refusal([
        ['Ann', 'Acme', 'Sales'],
        ['Bo', 'Bolt', 'Support'],
      ]).text,
    ).not.toMatch(/Ann|Acme|Bo/)
  })

  /** Issue "Faults that real files showed", 13: 14 of 16 messages repeated a number or an address. */
  it('says nothing of a person, whatever a first row holds', () => {
    const words = fc.constantFrom(
      'Ann',
      'Zoé Quartz',
      'ann@acme.example',
      '+1 202 555 0101',
      ID,
      '12 High Street',
      'Acme',
    )
    fc.assert(
      fc.property(
        fc.array(fc.array(words, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        (cells) => {
          expect(refusal(cells).text).not.toMatch(/Ann|Quartz|acme\.|555|5e26|High|Acme/)
          expect(refusal(cells, [['email', 'Mail']]).text).not.toMatch(/Ann|Quartz|acme\.|555|5e26|High|Acme/)
        },
      ),
    )
  })
})

describe('a row of an export', () => {
  const labels = ['Id', 'Company Id', 'Phone', 'First Name', 'Last Name', 'Company External Id']
  const header: TableHeader = { line: 1, labels, columns: find(labels), firstRow: 1 }
  const read = (...cells: string[]) => readEndUserRow({ cells }, { header, shape: null })

  it('makes the name of its parts', () => {
    expect(read(ID, COMPANY, '1', 'Ada', 'Example')).toMatchObject({ endUser: { name: 'Ada Example' } })
    expect(read(ID, COMPANY, '1')).toMatchObject({ endUser: { name: null, email: null, companyName: null } })
  })

  it('takes references to ids of other systems, ids in capitals, and ids behind a guarding apostrophe', () => {
    expect(read('extid-ada 1', COMPANY)).toMatchObject({ endUser: { id: 'extid-ada 1' } })
    expect(read('srcid-7', COMPANY)).toMatchObject({ endUser: { id: 'srcid-7' } })
    expect(read(ID.toUpperCase(), `'${COMPANY}`)).toMatchObject({ endUser: { id: ID, companyId: COMPANY } })
    expect(read('12345678901234567890e123', COMPANY)).toMatchObject({
      endUser: { id: '12345678901234567890e123' },
    })
  })

  it.each([
    ['', COMPANY, 'no-id'],
    ['#N/A', COMPANY, 'no-id'],
    ['NULL', COMPANY, 'no-id'],
    ['0', COMPANY, 'no-id'],
    [ID, '', 'no-company'],
    [ID, 'n/a', 'no-company'],
    ['1234', COMPANY, 'invalid-id'],
    [ID.slice(1), COMPANY, 'invalid-id'],
    ['extid-', COMPANY, 'invalid-id'],
    [ID, 'Acme', 'invalid-company-id'],
    [`${ID};${COMPANY}`, COMPANY, 'several-ids'],
    [ID, `${COMPANY}, ${ID}`, 'several-company-ids'],
    ['5.26383E+23', COMPANY, 'damaged-id'],
    ['6.00E+23', COMPANY, 'damaged-id'],
    ['6,00E+23', COMPANY, 'damaged-id'],
    ['1.79769313486232E+308', COMPANY, 'damaged-id'],
    ['inf', COMPANY, 'damaged-id'],
    ['#NUM!', COMPANY, 'damaged-id'],
    [ID, '5,26383E+23', 'damaged-id'],
    ['526383123456789000000000', COMPANY, 'damaged-id'],
    [ID, 'extid-acme 1', 'company-by-external-id'],
    ['Total', '', 'total-row'],
    ['Gesamtsumme', '', 'total-row'],
  ])('with id %j and company %j gives no End User: %s', (id, company, reason) => {
    expect(read(id, company, '1')).toEqual({ kind: 'problem', reason })
  })

  it('that is the header again is none', () => {
    expect(read(...labels)).toEqual({ kind: 'problem', reason: 'header-again' })
  })

  it('finds the company by its external id, in its own column too, once Planhat was asked', () => {
    const companies = new Map([['extid-acme 1', COMPANY]])
    const readWith = (...cells: string[]) => readEndUserRow({ cells }, { header, shape: null }, companies)
    expect(readWith(ID, 'extid-acme 1', '1')).toMatchObject({ endUser: { companyId: COMPANY } })
    expect(readWith(ID, '', '1', '', '', 'acme 1')).toMatchObject({ endUser: { companyId: COMPANY } })
    expect(readWith(ID, 'extid-other', '1')).toMatchObject({ kind: 'problem' })
  })

  it('that is blank is nothing at all', () => {
    expect(read('', ' ', '')).toEqual({ kind: 'blank' })
  })
})

/** An unquoted comma moves cells to the right, a missing cell to the left: never under another company. */
describe('a row whose cells do not fit the header', () => {
  const OWNER = 'ffffffffffffffffffff0055'
  const readRow = (labels: string[], rows: string[][]) => {
    const header: TableHeader = { line: 1, labels, columns: find(labels), firstRow: 1 }
    const table = { header, shape: learnShape(rows, header, 'counted') }
    const reading = readEndUserRow({ cells: rows[0] ?? [] }, table)
    return reading.kind === 'problem' ? reading.reason : reading.kind
  }

  it.each([
    [
      'a comma in the name',
      'too-many-cells',
      ['Id', 'Name', 'Phone', 'Company Id'],
      [ID, 'Smith', ' Jane', '1', COMPANY],
    ],
    [
      'a comma, and the last cell left out',
      'shifted-cells',
      ['Id', 'Company Name', 'Company Owner Id', 'Company Id', 'Phone', 'Mobile'],
      [ID, 'Acme', ' Inc.', OWNER, COMPANY, '+1 202 555 0101'],
    ],
    [
      'a comma, behind which all ids are blank but one',
      'too-many-cells',
      ['Id', 'Phone', 'Company Name', 'Owner Id', 'Company Id'],
      [ID, '1', 'Acme', ' Inc.', OWNER, ''],
    ],
    [
      'a missing name',
      'too-few-cells',
      ['Id', 'Name', 'Company Id', 'Owner Id', 'Phone'],
      [ID, COMPANY, OWNER, '1'],
    ],
    [
      'a missing cell that could be the company',
      'too-few-cells',
      ['Id', 'Phone', 'Name', 'Company Id', 'Parent Id'],
      [ID, '1', 'Ann', OWNER],
    ],
    [
      'an address for a phone',
      'shifted-cells',
      ['Id', 'Company Id', 'Phone'],
      [ID, COMPANY, 'a@acme.example'],
    ],
    [
      'a number for an address',
      'shifted-cells',
      ['Id', 'Company Id', 'Phone', 'Email'],
      [ID, COMPANY, '', '+1 202 555 0101'],
    ],
  ])('%s: %s', (_name, reason, labels, row) => {
    expect(readRow(labels, [row])).toBe(reason)
  })

  it.each([
    ['missing blank cells at the end', ['Id', 'Company Id', 'Phone', 'Name', 'Notes'], [ID, COMPANY, '1']],
    ['a blank cell more at the end', ['Id', 'Company Id', 'Phone'], [ID, COMPANY, '1', '', ' ']],
    [
      'an id of another kind in a column of ids',
      ['Id', 'Company Id', 'Phone', 'Owner Id'],
      [ID, COMPANY, '1', OWNER],
    ],
    [
      'text in a column of external ids',
      ['Id', 'Company Id', 'Phone', 'External Id'],
      [ID, COMPANY, '1', 'crm-7'],
    ],
  ])('%s are harmless', (_name, labels, row) => {
    expect(readRow(labels, [row])).toBe('end-user')
  })

  it('never gives an End User another company, wherever a cell is missing or one too many', () => {
    const column = fc.constantFrom(
      'Name',
      'Title',
      'Owner Id',
      'Phone',
      'Company Name',
      'Email',
      'Parent Company Id',
    )
    const columns = fc.uniqueArray(column, { minLength: 2, maxLength: 7 })
    const value = (label: string, i: number) =>
      ({
        Id: `aaaaaaaaaaaaaaaaaaaa000${i}`,
        'Company Id': `cccccccccccccccccccc000${i}`,
        'Owner Id': `dddddddddddddddddddd000${i}`,
        'Parent Company Id': `eeeeeeeeeeeeeeeeeeee000${i}`,
        Phone: `+1 202 555 010${i}`,
        Email: `p${i}@acme.example`,
      })[label] ?? `Text ${i}`
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['Id', 'Company Id'], { minLength: 2 }),
        columns,
        fc.nat(),
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
        (ids, others, place, isMissing, blanks) => {
          const labels = [...others.slice(0, 1), ...ids, ...others.slice(1), 'Phone 2']
          const whole = (i: number) => labels.map((label) => value(label, i))
          const row = whole(1).map((cell, at) => (blanks[at] && !ids.includes(labels[at] ?? '') ? '' : cell))
          const at = place % labels.length
          if (isMissing) row.splice(at, 1)
          else row.splice(at, 1, `${row[at]}`, ' Inc.')
          while (row.at(-1) === '') row.pop()
          const header: TableHeader = { line: 1, labels, columns: find(labels), firstRow: 1 }
          const shape = learnShape([row, ...[2, 3, 4, 5, 6, 7].map(whole)], header, 'counted')
          const reading = readEndUserRow({ cells: row }, { header, shape })
          if (reading.kind !== 'end-user') return
          expect(reading.endUser).toMatchObject({ id: value('Id', 1), companyId: value('Company Id', 1) })
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('has a doubtful line break in a CSV only', () => {
    const labels = ['Id', 'Company Id', 'Phone', 'Name']
    const header: TableHeader = { line: 1, labels, columns: find(labels), firstRow: 1 }
    const cells = [ID, COMPANY, '+12025550101\n+12025550102', 'Ann']
    const read = (layout: 'counted' | 'addressed') =>
      readEndUserRow({ cells }, { header, shape: learnShape([cells], header, layout) })
    expect(read('counted')).toEqual({ kind: 'problem', reason: 'line-break' })
    expect(read('addressed')).toMatchObject({ kind: 'end-user' })
  })
})

describe('a country', () => {
  it.each([
    ['FR', 'FR'],
    ['fr', 'FR'],
    ['France', 'FR'],
    ['Frankreich', 'FR'],
    ['USA', 'US'],
    ['United States', 'US'],
    ['Deutschland', 'DE'],
    ['', null],
    ['Atlantis', null],
    ['ZZ', null],
  ])('%j is %j', (text, code) => {
    expect(readCountryName(text)).toBe(code)
  })
})
