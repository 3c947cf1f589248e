import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Column } from '../../src/review/columns.ts'
import { sameCell } from '../../src/review/same-cell.ts'
import { neutralise, restore, toCell } from '../../src/review/spreadsheet.ts'

describe('neutralising', () => {
  it('is taken back exactly, for any text', () => {
    const risky = fc.tuple(
      fc.constantFrom("'", "''", '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝'),
      fc.string(),
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      risky.map((parts) => parts.join('')),
    )
    fc.assert(fc.property(text, (value) => restore(neutralise(value)) === value))
  })

  it('is taken back exactly inside a cell, and before numbers that cannot be held', () => {
    const piece = fc.constantFrom(
      ';',
      '\t',
      '\n',
      '\r',
      '"',
      ' ',
      "'",
      '=',
      '+',
      '-',
      '@',
      '＝',
      'a',
      '1',
      'e',
      '123456789',
    )
    const value = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(value, (text) => restore(neutralise(text)) === text),
      { numRuns: 2000 },
    )
  })

  it('leaves nothing to run where the separator is a semicolon or a tab and quotes do not hold', () => {
    const piece = fc.constantFrom(';', '\t', '\n', '"', ' ', "'", '=cmd|x', '+1', '-', '@', '＝', 'name')
    const value = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(value, (text) => {
        const [first = '', ...inner] = neutralise(text).split(/[;\t\r\n]/)
        const isRun = (cell: string) => /^[=+\-@＝＋－＠]/u.test(cell)
        return !isRun(first) && inner.every((cell) => !isRun(cell.replace(/^[ "]+/, '')))
      }),
      { numRuns: 2000 },
    )
    expect(neutralise("J;=cmd|' /C calc'!A0")).toBe("J;'=cmd|' /C calc'!A0")
    expect(neutralise('J;"=cmd|x"')).toBe('J;"\'=cmd|x"')
    expect(neutralise('J\t=cmd')).toBe("J\t'=cmd")
  })

  it.each([
    '60012e345678901234567890',
    '60012E345678901234567890',
    '5f'.padEnd(3, '0').replace('f', 'e'),
    '600123456789012345678901',
    '1234567890123456',
    '1234 5678 9012 3456',
  ])('puts an apostrophe before %s, which a spreadsheet takes for a number it cannot hold', (text) => {
    expect(neutralise(text)).toBe(`'${text}`)
    expect(restore(`'${text}`)).toBe(text)
  })

  it.each([
    '123456789012345',
    '60012e34567890123456789f',
    '2026-06-01T09:05:07.000Z',
    '3000000001-cold call',
    'e5',
    '12e',
  ])('leaves %s as it is', (text) => {
    expect(neutralise(text)).toBe(text)
  })

  it('comes after control and direction signs are gone, so that none can hide a formula', () => {
    expect(toCell('\u202e=cmd')).toBe("'=cmd")
    expect(toCell('\u0007\u009b31m=cmd')).toBe("'=cmd")
    expect(toCell('A\u001b[31mB\u001b]0;title\u0007C\ud83dD😀')).toBe('ABC\ufffdD😀')
  })

  it('ends on any amount of separators and quotes', () => {
    const text = `${';\t'.repeat(100_000)}${';"'.repeat(100_000)}=`
    expect(restore(neutralise(text))).toBe(text)
  })

  it('leaves no cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (value) => !/^[=+\-@\t\r\n\0＝＋－＠]/u.test(neutralise(value)),
      ),
    )
    expect(neutralise('=HYPERLINK("http://x")')).toBe('\'=HYPERLINK("http://x")')
    expect(neutralise('+33199000001')).toBe("'+33199000001")
    expect(neutralise('plain')).toBe('plain')
  })
})

const DATE = '2026-06-01T09:05:07.000Z'

describe('what a spreadsheet does by itself', () => {
  const same: [Column, string, string, string][] = [
    ['number', '+33199000001', '33199000001', 'a number without its plus'],
    ['number', '+33199000001', "'+33199000001", 'the apostrophe kept'],
    ['number', '+33199000001', '3.3199E+10', 'an exponent'],
    ['number', '+33199000001', '3,3199E+10', 'an exponent with a decimal comma'],
    ['number', '+33199000001', '3.32E+10', 'the scientific format'],
    ['call_id', '3000000001', '3,000,000,001', 'digits in groups'],
    ['call_id', '3000000001', '3.000.000.001', 'digits in groups of another country'],
    ['call_id', '3000000001', '3 000 000 001,00', 'digits in groups by blanks'],
    ['call_id', '3000000001', '3000000001.00', 'decimals'],
    ['call_id', '123456789012345678901', '123456789012345000000', 'fifteen significant digits'],
    ['company_id', '012345678901234567890123', '1.23457E+22', 'an id of digits'],
    ['company_id', '000000000000000000051e10', '5.1E+11', 'an id of digits and one e'],
    ['enduser_id', '007', '7', 'leading zeros lost'],
    ['enduser_id', '60012e345678901234567890', '1.79769313486232E+308', 'an id beyond any number'],
    ['enduser_id', '60012e345678901234567890', '1,79769313486232E+308', 'the same with a comma'],
    ['company_id', '60012e345678901234567890', 'inf', 'an endless number'],
    ['company_id', '60012e345678901234567890', '#NUM!', 'an error'],
    ['company_id', '60012e345678901234567890', '########', 'a cell that is too narrow'],
    ['company_id', '60012e345678901234567890', 'Err:503', 'an error of another program'],
    ['company_id', '60012e345678901234567890', '0', 'any number'],
    ['enduser_id', '60012e345678901234567890', "'60012e345678901234567890", 'the apostrophe kept'],
    ['subject', 'from J;=cmd', "from J;'=cmd", 'the apostrophe inside kept'],
    ['enduser', 'J\u202eane \u001b[31mDoe', 'Jane Doe', 'control and direction signs, which no CSV has'],
    ['date', DATE, '2026-06-01 09:05:07', 'a date and time'],
    ['date', DATE, '2026-06-01T09:05:07Z', 'another ISO form'],
    ['date', DATE, '06/01/2026 09:05', 'month first, without seconds'],
    ['date', DATE, '01.06.2026 9:05', 'day first'],
    ['date', DATE, '6/1/26 9:05 AM', 'two digits of a year, twelve hours'],
    ['date', DATE, '1-Jun-26', 'a month in letters'],
    ['date', DATE, '1 juin 2026', 'a month in another language'],
    ['date', DATE, '2026-06-01', 'the day alone'],
    ['date', DATE, '46174.3785532407', 'a serial number'],
    ['date', DATE, '46174,3785532407', 'a serial number with a comma'],
    ['enduser', 'TRUE', 'true', 'a truth value'],
    ['enduser', '3-4', '04-Mar', 'a name that looks like a day'],
    ['enduser', '3-4', '2026-03-04', 'a name that looks like a day, in ISO'],
    ['agent', 'Ana  Cruz', ' Ana Cruz ', 'white space'],
    ['agent', 'Ana\tCruz', 'AnaCruz', 'a tab that was dropped'],
    ['subject', 'a b', 'a\r\nb', 'a line break'],
    ['company', '=SUM(A1)', '=SUM(A1)', 'a formula that stayed text'],
    ['subject', 'Aircall – inbound call from Zoë', 'Aircall ? inbound call from Zo?', 'letters lost'],
    ['subject', 'Aircall – inbound call from Zoë', 'Aircall â€“ inbound call from ZoÃ«', 'letters garbled'],
    ['enduser', '山田太郎', '????', 'a whole alphabet lost'],
    ['enduser', 'Zoë', 'Zoe\u0308', 'another Unicode form'],
    ['excerpt', 'x'.repeat(600), 'x'.repeat(255), 'a long cell cut'],
    ['excerpt', `Call was answered. ${'x'.repeat(181)}`, 'Call was answered.…', 'a long cell cut short'],
  ]
  it.each(same)('%s: %s may come back as %s (%s)', (column, stored, read) => {
    expect(sameCell(column, stored, read)).toBe(true)
  })
})

describe('what a person does', () => {
  const other: [Column, string, string][] = [
    ['number', '+33199000001', '+33199000002'],
    ['number', '+33199000001', '3.4E+10'],
    ['number', '+33199000001', ''],
    ['call_id', '3000000001', '3000000002'],
    ['call_id', '3000000001', '30000000010'],
    ['duration_s', '252', '253'],
    ['duration_s', '252', '2.52'],
    ['date', DATE, '2026-06-02T09:05:07.000Z'],
    ['date', DATE, '2026-06-01 10:05'],
    ['date', DATE, '2026-06-01 09:06'],
    ['date', DATE, '2026-07-01'],
    ['date', DATE, '1-Jul-26'],
    ['date', DATE, '46175.3785532407'],
    ['subject', 'Aircall – inbound', 'Aircall – outbound'],
    ['subject', 'Aircall – inbound call from Zoë', 'Aircall ? outbound call from Zo?'],
    ['enduser', 'Zoë', 'Zoé'],
    ['enduser', '3-4', '5-4'],
    ['enduser_id', '', 'eu-9'],
    ['enduser_id', '60012e345678901234567890', 'inflation'],
    ['enduser_id', '60012e345678901234567890', '60012e34567890123456789f'],
    ['enduser_id', '60012e34567890123456789f', 'inf'],
    ['enduser_id', '60012e345678901234567890', ''],
    ['excerpt', 'short text', 'short'],
    ['excerpt', 'x'.repeat(600), `${'x'.repeat(254)}y`],
    ['action', 'hold', 'create'],
  ]
  it.each(other)('%s: %s does not come back as %s', (column, stored, read) => {
    expect(sameCell(column, stored, read)).toBe(false)
  })

  it('is seen in any id of digits, as far as the digits can be trusted', () => {
    const id = fc.bigInt({ min: 1n, max: 999_999_999_999_999n })
    fc.assert(
      fc.property(id, id, (a, b) => {
        fc.pre(a !== b)
        return !sameCell('call_id', String(a), String(b))
      }),
    )
  })
})

describe('simulated damage', () => {
  it('of numbers is tolerated: plain, in six digits, in groups', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_000, max: Number.MAX_SAFE_INTEGER }), (value) => {
        const stored = String(value)
        const exponent = value.toExponential(5).replace('e', 'E')
        const grouped = new Intl.NumberFormat('en-US').format(Number(value.toPrecision(15)))
        return [exponent, exponent.replace('.', ','), grouped].every((read) =>
          sameCell('call_id', stored, read),
        )
      }),
    )
  })

  it('of dates is tolerated in many languages', () => {
    const locale = fc.constantFrom('en-US', 'en-GB', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'sv-SE', 'ja-JP')
    const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) })
    fc.assert(
      fc.property(locale, moment, (language, ms) => {
        const second = new Date(Math.floor(ms / 1000) * 1000)
        const format = { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' } as const
        return sameCell(
          'date',
          second.toISOString(),
          new Intl.DateTimeFormat(language, format).format(second),
        )
      }),
    )
  })
})
