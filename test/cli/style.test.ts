import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPaint, toTerminal } from '../../src/cli/style.ts'

const paint = createPaint({ isTTY: true }, {})

it('a terminal gets our own colour', () => {
  expect(toTerminal(`${paint('bad', 'no')} and ${paint('strong', 'bold')}`)).toBe(
    '\u001b[31mno\u001b[39m and \u001b[1mbold\u001b[22m',
  )
})

it('a terminal gets no code of a name or a server, nor a sign of direction, painted or not', () => {
  const codes = fc.constantFrom(
    '\u001b[31m',
    '\u001b[8m',
    '\u001b]0;t\u0007',
    '\u009b2J',
    '\u202e',
    '\r',
    '\u001b[31/m',
    'x',
  )
  const hostile = fc.array(codes, { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(hostile, (name) => {
      expect(toTerminal(`name ${name} end`)).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what our own colour is made of
      expect(toTerminal(paint('good', name))).toMatch(/^\u001b\[32m[^\u001b]*\u001b\[39m$/)
    }),
  )
  expect(toTerminal('before\rafter\r\nnext')).toBe('before\nafter\nnext')
})
