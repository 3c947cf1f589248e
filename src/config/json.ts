import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'

export interface JsonProblem {
  readonly line: number
  readonly column: number
  readonly hint: string
}

const HINTS: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'expected a key in double quotes (no comma after the last entry)',
  ValueExpected: 'expected a value (no comma after the last entry)',
  ColonExpected: 'expected a colon after the key',
  CommaExpected: 'expected a comma or the closing bracket',
  CloseBraceExpected: 'expected a comma or }',
  CloseBracketExpected: 'expected a comma or ]',
  EndOfFileExpected: 'expected nothing more',
  InvalidCommentToken: 'expected no comments',
  UnexpectedEndOfString: 'expected the closing double quote on the same line',
  InvalidCharacter: 'expected no tab or other control character inside the quotes',
  InvalidEscapeCharacter: 'expected one of " \\ / b f n r t u after the backslash',
  InvalidUnicode: 'expected four hexadecimal digits after \\u',
}

/**
 * Where a text stops being JSON, with what was expected there. V8's own message quotes the text around
 * the place, which may be a secret pasted into the file, and often leaves out the position.
 */
export function locateJsonProblem(text: string): JsonProblem | null {
  const errors: ParseError[] = []
  parse(text, errors, { disallowComments: true, allowTrailingComma: false })
  const [first] = errors.sort((a, b) => a.offset - b.offset)
  if (first === undefined) return null
  const before = text.slice(0, first.offset).split('\n')
  const ended = first.offset >= text.trimEnd().length ? 'the file ends too early: ' : ''
  const hint = HINTS[printParseErrorCode(first.error)] ?? 'expected a value'
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, hint: `${ended}${hint}` }
}
