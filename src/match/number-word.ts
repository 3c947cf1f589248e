/** Whose a call or a number is by a reviewer's word; `endUserId` null attaches it to the company alone. */
export interface Settlement {
  readonly endUserId: string | null
  readonly companyId: string
}

/** What a reviewer said of a number for good: all its calls are somebody's, or it is nobody's. */
export type NumberWord =
  | { readonly kind: 'always'; readonly settlement: Settlement }
  | { readonly kind: 'never' }

/** One number under one key: E.164 as it is, a number that does not parse without the signs between its digits. */
export function keyOfNumber(number: string): string {
  const digits = number.replace(/\D/g, '')
  return number.trim().startsWith('+') ? `+${digits}` : digits
}
