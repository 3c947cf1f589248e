import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { readCountryName } from '../../src/match/country-name.ts'
import { readEndUserRow } from '../../src/match/end-user-file.ts'
import { findColumns } from '../../src/match/export-columns.ts'

const phoneFields = ['phone', 'custom.Phone 2']
const find = (header: string[], map: [string, string][] = []) =>
  findColumns(header, { phoneFields, map: new Map(map) })

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

  it('refuses a --map to a field or a column that is not there, naming the nearest', () => {
    const error = (map: [string, string][]) => {
      try {
        find(['Id', 'Company Id', 'Phone', 'E-mail'], map)
      } catch (thrown) {
        return thrown as UsageError
      }
      throw new Error('not refused')
    }
    expect(error([['emial', 'E-mail']]).suggestions[0]).toContain('Did you mean email?')
    expect(error([['email', 'E-mial']]).suggestions[0]).toContain('Did you mean --map "email=E-mail"?')
    expect(error([['email', 'Nothing like it']]).suggestions).toEqual([
      'Columns of the file: Id, Company Id, Phone, E-mail',
    ])
    expect(error([['email', 'X']])).toBeInstanceOf(UsageError)
  })
})

describe('a row of an export', () => {
  const columns = find(['Id', 'Company Id', 'Phone', 'First Name', 'Last Name', 'Company External Id'])
  const read = (...cells: string[]) => readEndUserRow(cells, columns, null)

  it('makes the name of its parts', () => {
    expect(read('a', 'c', '1', 'Ada', 'Example')).toMatchObject({ endUser: { name: 'Ada Example' } })
    expect(read('a', 'c', '1')).toMatchObject({ endUser: { name: null, email: null, companyName: null } })
  })

  it.each([
    ['no id', ['', 'c', '1'], 'no-id'],
    ['no company', ['a', '', '1'], 'no-company'],
    ['an id that a spreadsheet turned into a number', ['5.26383E+23', 'c', '1'], 'damaged-id'],
    ['a company id that a spreadsheet turned into a number', ['a', '5,26383E+23', '1'], 'damaged-id'],
    [
      'an id cut to 15 digits',
      ['526383000000000000000000'.replace('526383', '526383123456789'), 'c', '1'],
      'damaged-id',
    ],
    ['a company by its external id', ['a', 'extid-acme 1', '1'], 'company-by-external-id'],
    [
      'a company by its external id in a column of its own',
      ['a', '', '1', '', '', 'acme 1'],
      'company-by-external-id',
    ],
  ])('with %s gives no End User', (_name, cells, reason) => {
    expect(read(...cells)).toEqual({ kind: 'problem', reason })
  })

  it('finds the company by its external id once Planhat was asked', () => {
    const companies = new Map([['acme 1', '5e15901391025d870eec1231']])
    const row = readEndUserRow(['a', 'extid-acme 1', '1'], columns, companies)
    expect(row).toMatchObject({ endUser: { companyId: '5e15901391025d870eec1231' } })
    expect(readEndUserRow(['a', 'extid-other', '1'], columns, companies)).toMatchObject({ kind: 'problem' })
  })

  it('that is blank is nothing at all', () => {
    expect(read('', ' ', '')).toEqual({ kind: 'blank' })
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
