export interface JsonProblem {
  readonly line: number
  readonly column: number
  readonly hint: string
}

const VALUE =
  /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const SPACE = /[ \t\r\n]*/y

/**
 * Where a text stops being JSON, with what was expected there. V8's own message quotes the text around
 * the place, which may be a secret pasted into the file, and often leaves out the position.
 */
export function locateJsonProblem(text: string): JsonProblem | null {
  const stack: string[] = []
  let at = skip(text, 0)
  let expected = 'value'
  while (expected !== 'end') {
    const step = advance(text, at, expected, stack)
    if (step === null) return problemAt(text, at, expected)
    at = skip(text, step.at)
    expected = step.expected
  }
  return at < text.length ? problemAt(text, at, 'end') : null
}

interface Step {
  readonly at: number
  readonly expected: string
}

function advance(text: string, at: number, expected: string, stack: string[]): Step | null {
  const char = text[at]
  const top = stack.at(-1)
  const closes =
    char !== undefined && char === top && !expected.endsWith('after a comma') && expected !== 'colon'
  if (closes && expected !== 'value') return close(at, stack)
  if (expected === 'colon') return char === ':' ? { at: at + 1, expected: 'value' } : null
  if (expected === 'comma') return char === ',' ? { at: at + 1, expected: afterComma(top) } : null
  if (expected.startsWith('key')) return token(text, at, STRING, 'colon')
  return openOrRead(text, at, stack)
}

function openOrRead(text: string, at: number, stack: string[]): Step | null {
  if (text[at] === '{') {
    stack.push('}')
    return { at: at + 1, expected: 'key' }
  }
  if (text[at] === '[') {
    stack.push(']')
    return { at: at + 1, expected: 'value or ]' }
  }
  return token(text, at, VALUE, stack.length === 0 ? 'end' : 'comma')
}

function close(at: number, stack: string[]): Step {
  stack.pop()
  return { at: at + 1, expected: stack.length === 0 ? 'end' : 'comma' }
}

function afterComma(top: string | undefined): string {
  return top === '}' ? 'key after a comma' : 'value after a comma'
}

function token(text: string, at: number, pattern: RegExp, expected: string): Step | null {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  return found === null ? null : { at: at + found[0].length, expected }
}

function skip(text: string, at: number): number {
  SPACE.lastIndex = at
  return at + (SPACE.exec(text)?.[0].length ?? 0)
}

const HINTS: Readonly<Record<string, string>> = {
  comma: 'expected a comma or the closing bracket',
  colon: 'expected a colon after the key',
  key: 'expected a key in double quotes, or }',
  'key after a comma': 'expected a key in double quotes (no comma after the last entry, no comments)',
  'value after a comma': 'expected a value (no comma after the last entry, no comments)',
  end: 'expected nothing more',
}

function problemAt(text: string, at: number, expected: string): JsonProblem {
  const before = text.slice(0, at).split('\n')
  const ended = at >= text.length ? 'the file ends too early: ' : ''
  const hint = `${ended}${HINTS[expected] ?? 'expected a value'}`
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, hint }
}
