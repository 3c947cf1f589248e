import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toCsvLine } from '../../src/review/csv-line.ts'

const pieces = [
  '"',
  ',',
  ';',
  '\t',
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\u00a0',
  "'",
  'a',
  'é',
  '😀',
  '\ud800',
  '\0',
  '',
]
const cell = fc.oneof(
  fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
)

it('gives the very text that csv-stringify gives', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 8 }), (row) => {
      const options = { record_delimiter: '\r\n', quoted_match: /[\r\n;\t]|^\s|\s$/u }
      expect(toCsvLine(row)).toBe(stringify([row], options))
    }),
    { numRuns: 2_000 },
  )
})
