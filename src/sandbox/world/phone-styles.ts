/** How people really type a number into a CRM (docs/reference/users-and-peers.md section 7). */
import type { MadeNumber } from './numbers.ts'
import { integerBetween, pickFrom } from './random.ts'

const NBSP = '\u00a0'

function plainDigits(text: string): string {
  return text.replaceAll(/\D/g, '')
}

/** `+44 (0)20 7946 0123`: the trunk zero that many countries put into parentheses. */
function withTrunkZero(number: MadeNumber): string {
  if (number.country === 'US') return number.pretty.replace('+1 ', '+1 (').replace('-', ') ')
  return number.pretty.replace(/^(\+\d+) /, '$1 (0)')
}

type Style = (number: MadeNumber, random: () => number) => string

/** Spellings that say their country themselves: readable whatever the default country is. */
const INTERNATIONAL: readonly Style[] = [
  (number) => number.e164,
  (number) => number.e164,
  (number) => number.pretty,
  (number) => number.pretty,
  (number) => `00${plainDigits(number.e164)}`,
  (number) => `00 ${number.pretty.slice(1)}`,
  (number) => number.pretty.replaceAll(/[ -]/g, '.'),
  (number) => number.pretty.replaceAll(' ', NBSP),
  withTrunkZero,
  (number, random) => `${number.pretty} ext. ${integerBetween(10, 99, random)}`,
  (number, random) => `${number.pretty} x${integerBetween(100, 999, random)}`,
  (number) => `${number.pretty} (mobile)`,
  (number) => `Tel: ${number.pretty}`,
  (number) => `  ${number.e164} `,
]

/** Spellings that need the company's country. */
const NATIONAL: readonly Style[] = [
  (number) => number.national,
  (number) => number.national.replaceAll(/[()]/g, ''),
  (number) => plainDigits(number.national),
  (number) => plainDigits(number.national).replaceAll(/(\d{2})(?=\d)/g, '$1 '),
  (number) => number.national.replaceAll(' ', NBSP),
]

/** Types a number so that it can still be read; nationally only where the country is known. */
export function typeNumber(number: MadeNumber, country: string, random: () => number): string {
  const styles = number.country === country && random() < 0.4 ? NATIONAL : INTERNATIONAL
  return pickFrom(styles, random)(number, random)
}

/** Types a number so that nobody can read it any more: a spreadsheet's rounding, or no number at all. */
export function damageNumber(number: MadeNumber, random: () => number): string {
  const digits = plainDigits(number.e164)
  return pickFrom(
    [
      `${digits.slice(0, 1)}.${digits.slice(1, 6)}E+${digits.length - 1}`,
      'n/a',
      'ask reception',
      '555-01',
      '-',
      '0000000000',
    ],
    random,
  )
}
