import { redact } from './redact.ts'

const MAX_CHARS = 300
/** Of what a server said: more is never shown, and the patterns of `redact` take their time over it. */
const MAX_READ = 4_000
/** A secret or a number that the cut above went through is not known as one any more; none is longer. */
const CUT_EDGE = 200

/**
 * What a server said went wrong, in one bounded line that may be shown. Reads the three JSON shapes of
 * docs/reference/aircall-api.md section 1, lists of errors as Planhat sends them, plain text and HTML. Empty when it
 * said nothing.
 */
export function errorText(json: unknown, text: string, secrets: readonly string[] = []): string {
  const line = redactStart(fromJson(json) ?? fromText(text), secrets)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS - 1)}…`
}

function redactStart(said: string, secrets: readonly string[]): string {
  if (said.length <= MAX_READ) return redact(said, secrets)
  return redact(said.slice(0, MAX_READ), secrets).slice(0, -CUT_EDGE)
}

function fromJson(json: unknown): string | null {
  if (typeof json === 'string') return json
  if (typeof json !== 'object' || json === null) return null
  const { errors, error, message, troubleshoot } = json as Record<string, unknown>
  for (const said of [errors, error, message, troubleshoot]) {
    const text = sentence(said)
    if (text === '') continue
    const advice = said === error && message === undefined ? sentence(troubleshoot) : ''
    return advice === '' || advice === text ? text : `${text} (${advice})`
  }
  return JSON.stringify(json)
}

function sentence(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (Array.isArray(value)) return value.slice(0, 5).map(sentence).filter(Boolean).join('; ')
  if (typeof value === 'object' && value !== null) return fromJson(value) ?? ''
  return ''
}

/** Only the start is looked at: an HTML page may be megabytes. */
function fromText(text: string): string {
  const start = text.slice(0, MAX_READ)
  if (!/<[a-z!/]/i.test(start)) return start
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1]
  return title ?? start.replace(/<(script|style)[\s\S]*?(<\/\1>|$)/gi, ' ').replace(/<[^>]*>?/g, ' ')
}
