import { foldNumberText, lettersToDigits } from './phone-text.ts'

/**
 * Caller ids that are words: networks send the keypad digits of the word when a number is withheld.
 * docs/reference/users-and-peers.md 7.1: none is valid in any library, but UNAVAILABLE is "possible" in all of them.
 */
const SPELT = ['ANONYMOUS', 'RESTRICTED', 'UNAVAILABLE', 'BLOCKED', 'UNKNOWN', 'PRIVATE'].map(lettersToDigits)

const WORDS =
  /^(?:anonymous|anonyme?|restricted|unavailable|blocked|unknown|private|withheld|hidden|(?:private|unknown|blocked|withheld|hidden|restricted) (?:number|caller|call|id)|no caller ?id|caller id (?:blocked|withheld)|num[eé]ro (?:masqu[eé]|priv[eé]|inconnu)|appel masqu[eé]|masqu[eé]|unbekannt|unterdr[uü]ckt|privato|sconosciuto|desconocido|an[oó]nimo|oculto)$/i

/** `+266696687` and the like. Bare digits count too: a call on a wrong page is worse than a missing one. */
export function spellsWord(digits: string): boolean {
  return SPELT.includes(digits)
}

/** Whether the caller kept the number back: nothing at all, a word for it, or digits that spell the word. */
export function isWithheld(raw: string | null): boolean {
  if (raw === null) return true
  const text = foldNumberText(raw)
  if (text === '' || WORDS.test(text.replace(/[_-]/g, ' '))) return true
  return !/\p{L}/u.test(text) && spellsWord(text.replace(/\D/g, ''))
}
