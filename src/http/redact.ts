/** What stands for something that must not be seen. */
const HIDDEN = '[hidden]'

/** Seven digits and more, grouped as people group telephone numbers. */
const DIGIT_RUN = /(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,2}\d){6,}(?!\w)/g
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/
const CREDENTIAL = /\b(Basic|Bearer)\s+[\w+/=.~-]{6,}/gi
const URL_USER = /(\bhttps?:\/\/)[^\s/@]+@/gi

/** A text that may be shown: no credential, no signed link's query, no whole telephone number. PURE. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let shown = text
  for (const secret of secrets) if (secret.length >= 4) shown = shown.replaceAll(secret, HIDDEN)
  return shown
    .replace(CREDENTIAL, `$1 ${HIDDEN}`)
    .replace(URL_USER, `$1${HIDDEN}@`)
    .replace(/(\bhttps?:\/\/[^\s?"']+)\?[^\s"']+/gi, `$1?${HIDDEN}`)
    .replace(DIGIT_RUN, maskDigits)
}

function maskDigits(run: string): string {
  return ISO_DATE.test(run) ? run : `…${run.replace(/\D/g, '').slice(-2)}`
}

/** The parts of an `Authorization` header that must never be shown again. */
export function secretsOf(authorization: string): string[] {
  const value = authorization.replace(/^\S+\s+/, '')
  if (!/^basic /i.test(authorization)) return [value]
  const pair = Buffer.from(value, 'base64').toString('utf8')
  return [value, pair, ...pair.split(':')]
}
