import type { Call } from '../domain.ts'

/** What stands between and before the digits of a number, as Aircall writes it. */
const PARTY_SIGNS = ' -()./+\u00a0'

const SIGNS = new RegExp(`[${PARTY_SIGNS.replaceAll(/[-/()+.]/g, '\\$&')}]`, 'gu')

/** PURE. The digits of the other side of a call: the same for the same number; null for a caller without one. */
export function partyOf({ rawDigits }: Call): string | null {
  const digits = (rawDigits ?? '').replace(SIGNS, '')
  return /^\d+$/.test(digits) ? digits : null
}

const STRIPPED = [...PARTY_SIGNS].reduce(
  (text, sign) => `replace(${text}, '${sign}', '')`,
  "body ->> 'rawDigits'",
)

/** The same of a stored call, for what was stored before there was a column of it. */
export const PARTY_SQL = `nullif(iif(${STRIPPED} GLOB '*[^0-9]*', '', ${STRIPPED}), '')`
