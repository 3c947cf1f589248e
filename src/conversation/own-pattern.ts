import { RE2JS } from 're2js'
import { FatalError } from '../errors.ts'
import type { Span } from './card-runs.ts'

/**
 * Finds what a pattern of one's own finds, from left to right, none
 * overlapping. `null`: the rest was too much work.
 */
export type FindSpans = (text: string) => {
  readonly spans: readonly Span[]
  readonly restFrom: number | null
}

const MAX_PATTERN = 200
/** Instructions of the compiled pattern: time is text times this. `[A-Z]{2}\d{6}` has a dozen. */
const MAX_PROGRAM = 1_000
/**
 * A search is linear; many searches in one text may each read it to its end. So
 * many characters are read at the most, some seconds of work, but any text
 * twice; what is left then is hidden whole. No utterance of a person gets there.
 */
const MAX_READ = 5_000_000
/** A back reference by name, which RE2's dialect would take for letters. */
const NAMED_REFERENCE = /(?<!\\)(?:\\\\)*\\k/

/**
 * PURE. A pattern in RE2's dialect, which has no look-around and no back references and so
 * never takes longer than the text times the pattern
 * (https://github.com/google/re2/wiki/syntax). JavaScript's spellings of it are taken too.
 * @throws FatalError REDACT_PATTERN for one that is too long, not valid, or outside that dialect.
 */
export function compileOwnPattern(
  rule: { readonly name: string; readonly pattern: string },
  o: { readonly maxRead: number } = { maxRead: MAX_READ },
): FindSpans {
  const refuse = (why: string, cause?: unknown): FatalError =>
    new FatalError('REDACT_PATTERN', `transcripts.redact: the pattern of "${rule.name}" ${why}.`, {
      suggestions: [
        'Write it without look-around (?=, ?!, ?<=) and back ' +
          'references, as in [A-Z]{2}[0-9]{6}; the dialect is that of RE2.',
      ],
      cause,
    })
  if (rule.pattern.length > MAX_PATTERN) throw refuse(`is longer than ${MAX_PATTERN} characters`)
  if (NAMED_REFERENCE.test(rule.pattern)) throw refuse('refers back')
  let compiled: RE2JS
  try {
    compiled = RE2JS.compile(RE2JS.translateRegExp(rule.pattern))
  } catch (cause) {
    throw refuse('is no regular expression that is sure to end', cause)
  }
  if (compiled.programSize() > MAX_PROGRAM) throw refuse('repeats too much')
  return (text) => findAll(compiled, text, Math.max(o.maxRead, 2 * text.length))
}

function findAll(pattern: RE2JS, text: string, maxRead: number): ReturnType<FindSpans> {
  const matcher = pattern.matcher(text)
  const spans: Span[] = []
  let [read, at] = [0, 0]
  while (read <= maxRead && matcher.find()) {
    const span = { from: matcher.start(), to: matcher.end() }
    read += text.length - at
    at = span.to
    if (span.to > span.from) spans.push(span)
  }
  return { spans, restFrom: read > maxRead ? at : null }
}
