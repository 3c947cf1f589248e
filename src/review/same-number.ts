/** PURE. Excel cuts after 15 significant digits, LibreOffice rounds there; both put zeros after them. */
const SIGNIFICANT = 15
/** General format shows long numbers with six significant digits, `1.23457E+11`. */
const GENERAL = 5e-6
/** Scientific format shows three, `1.23E+11`, always with two decimals. */
const SCIENTIFIC = 5e-3

/** True when a spreadsheet that took `stored` for a number may have saved it as `read`. */
export function isSameNumber(stored: string, read: string): boolean {
  const before = readPlain(stored)
  if (before === null) return false
  return readings(read).some((reading) => sameReading(before, reading))
}

/** Digits, a decimal part, an exponent: what a spreadsheet itself takes for a number. A leading `+` vanishes. */
function readPlain(text: string): string | null {
  const bare = text.trim().replace(/^\+/, '')
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(bare) ? bare : null
}

/** All numbers that a saved cell may stand for: with decimal comma, and with digits in groups. */
function readings(text: string): string[] {
  const bare = text.replace(/[\s\u00a0\u202f']/gu, '')
  const found = [bare, bare.replace(',', '.')]
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) found.push(bare.replaceAll(',', ''))
  if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare)) found.push(bare.replaceAll('.', '').replace(',', '.'))
  return found.flatMap((reading) => readPlain(reading) ?? [])
}

function sameReading(before: string, after: string): boolean {
  if (/e/i.test(before) || /e/i.test(after)) return sameExponent(Number(before), after)
  const [a, b] = [trimZeros(before), trimZeros(after)]
  if (a === b) return true
  return /^\d+$/.test(a) && /^\d+$/.test(b) && sameLeadingDigits(a, b)
}

function sameExponent(before: number, after: string): boolean {
  const value = Number(after)
  if (!Number.isFinite(before) || !Number.isFinite(value)) return false
  const tolerance = /^-?\d\.\d\de/i.test(after) ? SCIENTIFIC : GENERAL
  return Math.abs(before - value) <= Math.abs(before) * tolerance
}

function trimZeros(text: string): string {
  const whole = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return whole.replace(/^(-?)0+(?=\d)/, '$1')
}

function sameLeadingDigits(before: string, after: string): boolean {
  const lost = after.length - SIGNIFICANT
  if (lost <= 0 || before.length !== after.length || /[1-9]/.test(after.slice(SIGNIFICANT))) return false
  const difference = BigInt(before) - BigInt(after)
  const unit = 10n ** BigInt(lost)
  return difference < unit && -difference < unit
}
