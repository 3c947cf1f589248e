/**
 * Spellings of one number that differ by a national habit, so that equality of E.164 does not see it
 * (issue of tiers: shown, held, never written). Beside libphonenumber's own example numbers.
 */
interface VariantFamily {
  readonly country: string
  /** As the End User's card has it, without the last two digits. */
  readonly stored: string
  /** As the call has it, E.164, without the last two digits. */
  readonly called: string
  readonly pretty: string
}

export const VARIANTS: readonly VariantFamily[] = [
  // Argentina: with and without the mobile 9.
  { country: 'AR', stored: '+54 9 11 2345 67', called: '+5411234567', pretty: '+54 11 2345-67' },
  // Mexico: the 1 of mobiles, gone since 2019.
  { country: 'MX', stored: '+52 1 222 123 45', called: '+5222212345', pretty: '+52 222 123 45' },
  // Italy: the leading zero of landlines, lost on the way.
  { country: 'IT', stored: '+39 6 1234 56', called: '+3906123456', pretty: '+39 06 1234 56' },
]
