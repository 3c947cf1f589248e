/**
 * Known spellings of one and the same number (tier 3: shown, held, never written by itself).
 * Sources: docs/reference/users-and-peers.md 7.1 and, for AR and MX, google/libphonenumber issue 684.
 */
interface Rule {
  readonly pattern: RegExp
  readonly rewrite: readonly string[]
}

const RULES: readonly Rule[] = [
  // Argentina: mobiles are dialled with a 9 from abroad; both forms are valid numbers.
  { pattern: /^549([1-8]\d{9})$/, rewrite: ['54$1'] },
  { pattern: /^54([1-8]\d{9})$/, rewrite: ['549$1'] },
  // Mexico dropped the mobile 1 in August 2019, and with it 044 and 045, by which mobiles were dialled at home.
  { pattern: /^52(?:1|0?4[45])([2-9]\d{9})$/, rewrite: ['52$1'] },
  { pattern: /^52([2-9]\d{9})$/, rewrite: ['521$1', '52044$1', '52045$1', '5244$1', '5245$1'] },
  // Brazil put a 9 before every mobile number by 2016; only 6 to 9 led a mobile.
  { pattern: /^55(\d{2})9([6-9]\d{7})$/, rewrite: ['55$1$2'] },
  { pattern: /^55(\d{2})([6-9]\d{7})$/, rewrite: ['55$19$2'] },
  // Italy keeps the zero of a landline; spreadsheets eat it, and people put one before a mobile.
  { pattern: /^390([1-9]\d{4,10})$/, rewrite: ['39$1'] },
  { pattern: /^39([1-9]\d{4,10})$/, rewrite: ['390$1'] },
  // Ivory Coast put an operator prefix before all numbers in January 2021; which one cannot be told from the number.
  { pattern: /^225(?:01|05|07|21|25|27)(\d{8})$/, rewrite: ['225$1'] },
  { pattern: /^225(\d{8})$/, rewrite: ['22501$1', '22505$1', '22507$1', '22521$1', '22525$1', '22527$1'] },
]

/** Other spellings of `+digits` or `digits`, as E.164 strings, both ways; some are no valid numbers (the old ones). */
export function variantsOf(e164OrDigits: string): string[] {
  const digits = e164OrDigits.replace(/\D/g, '')
  const found = new Set<string>()
  for (const rule of RULES) {
    if (!rule.pattern.test(digits)) continue
    for (const rewrite of rule.rewrite) found.add(`+${digits.replace(rule.pattern, rewrite)}`)
  }
  return [...found]
}
