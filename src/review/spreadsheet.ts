/**
 * PURE. What a spreadsheet runs as a formula when a cell begins with it (OWASP, CSV injection: `= + - @`, tab, CR, LF and
 * the full-width forms; ASVS 1.2.10 adds NUL). The apostrophe itself is in the list, so that the guard can be undone.
 */
const RISKY: ReadonlySet<string> = new Set("=+-@\t\r\n\0＝＋－＠'")

/** Puts one apostrophe before a text that a spreadsheet would run. Every E.164 number is one, by its `+`. */
export function neutralise(text: string): string {
  return RISKY.has(text.charAt(0)) ? `'${text}` : text
}

/** Takes back what `neutralise` did, whether or not a spreadsheet kept the apostrophe. */
export function restore(text: string): string {
  return text.startsWith("'") && RISKY.has(text.charAt(1)) ? text.slice(1) : text
}
