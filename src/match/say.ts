import type { Holder } from '../domain.ts'
import type { PhoneReason } from './phone.ts'

const REASONS: Readonly<Record<PhoneReason, string>> = {
  empty: 'There is no number',
  withheld: 'The number was kept back, or spells a word',
  'not-a-number': 'The text holds no number',
  'several-numbers': 'The text holds several numbers',
  'alternative-ending': 'The number has alternative endings, so it cannot be told which is meant',
  'spreadsheet-exponent': 'A spreadsheet turned the number into an exponent and its last digits are lost',
  'short-code': 'The number is too short: a short code or an extension',
  placeholder: 'The number is one digit repeated',
  'unknown-calling-code': 'No country has the calling code it begins with',
  'needs-country': 'The number is written nationally and no country is known for it',
  'lost-plus': 'The number is not valid in its country; it looks international without its plus',
  'old-format': 'The number is written in a form that its country gave up',
  'ambiguous-prefix': 'Its first digits are a prefix for calls abroad in two ways, and both give a number',
  'not-valid': 'The number is not valid by the numbering plan it belongs to',
  'too-long': 'The text is far too long for a field of telephone numbers',
}

/** A reason as a clause for people, without a full stop and without the value. */
export function sayReason(reason: PhoneReason): string {
  return REASONS[reason]
}

/** `Ada Example (Initech)`, else the e-mail, else the id. */
export function sayHolder(holder: Pick<Holder, 'endUser'> | undefined): string {
  if (!holder) return 'nobody'
  const { name, email, id, companyName, companyId } = holder.endUser
  return `${name ?? email ?? id} (${companyName ?? companyId})`
}

const TIERS = { 1: 'written in full', 2: 'read with its country', 3: 'under another spelling' } as const

export function sayWhere(holder: Pick<Holder, 'field' | 'tier'>): string {
  return `${holder.field.replace(/^custom\./, '')} (${TIERS[holder.tier]})`
}
