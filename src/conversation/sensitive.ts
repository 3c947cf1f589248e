import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** Payment cards: 13 to 19 digits whose Luhn sum (ISO/IEC 7812-1) is right. */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/gu, '')
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1*$/u.test(digits)) return false
  let sum = 0
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - at))
    const doubled = at % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Bank accounts: the remainder by 97 is 1 (ISO 13616). */
export function isIban(text: string): boolean {
  const iban = text.replace(/ /gu, '').toUpperCase()
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/u.test(iban)) return false
  let remainder = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of Number.parseInt(character, 36).toString())
      remainder = (remainder * 10 + Number(digit)) % 97
  }
  return remainder === 1
}

/** Possible, not valid: hiding one number too many is the smaller harm. */
export function isPhoneNumber(text: string, country: string): boolean {
  const parsed = parsePhoneNumberFromString(text, country as CountryCode)
  return parsed?.isPossible() ?? false
}
