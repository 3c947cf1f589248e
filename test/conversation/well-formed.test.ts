import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldHalves, toVisible, toVisibleJson, toWellFormed } from '../../src/conversation/well-formed.ts'

const wild = fc.string({ unit: 'binary' })
/** Any code unit, halves of pairs and control characters among them. */
const units = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xa0 })), { maxLength: 30 })
  .map((codes) => String.fromCharCode(...codes))

describe('well-formed text', () => {
  it('has no half character and no control character but tabs and line ends, whatever it was', () => {
    fc.assert(
      fc.property(fc.oneof(wild, units), (text) => {
        const formed = toWellFormed(text)
        return formed.isWellFormed() && !/(?![\t\n\r])\p{Cc}/u.test(formed) && toWellFormed(formed) === formed
      }),
    )
  })

  it('leaves ordinary text of any language as it is', () => {
    for (const text of ['Zoë – 山田太郎 👩‍👩‍👧 שלום\tit is\r\nso', '', 'a\u00a0b']) {
      expect(toWellFormed(text)).toBe(text)
      expect(toVisible(text)).toBe(text)
    }
  })

  it('takes escape sequences away whole, and parts words that a vertical tab or form feed parted', () => {
    expect(toWellFormed('a\u001b[1;31mb\u001b[0m c\u009b2Jd \u001b]0;title\u0007e\u001b]8;;x\u001b\\f')).toBe(
      'ab cd ef',
    )
    expect(toWellFormed('a\vb\fc\u0085d')).toBe('a b c d')
    expect(toWellFormed('a\ud83d b\udc00 😀\0')).toBe('a\ufffd b\ufffd 😀')
  })

  it('keeps what follows a sequence that never ends', () => {
    expect(toWellFormed('\u001b]0;said')).toBe(']0;said')
    expect(toWellFormed(`${'\u009d'.repeat(200_000)}said`)).toBe('said')
  })
})

describe('visible text', () => {
  it('has no sign of direction and no separator of lines either', () => {
    fc.assert(
      fc.property(fc.oneof(wild, units), (text) => {
        const shown = toVisible(text)
        return (
          shown.isWellFormed() &&
          !/(?![\t\n\r])\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u.test(shown) &&
          toVisible(shown) === shown
        )
      }),
    )
    expect(toVisible('a\u202egpj.exe\u2066b\u2028c')).toBe('agpj.exeb c')
  })

  it('of JSON says the same, in characters that steer no screen', () => {
    fc.assert(
      fc.property(fc.oneof(wild, units), (text) => {
        const json = toVisibleJson(JSON.stringify({ text }, null, 2))
        return (
          !/(?!\n)\p{Cc}|\p{Bidi_Control}/u.test(json) && (JSON.parse(json) as { text: string }).text === text
        )
      }),
    )
  })
})

describe('comparing', () => {
  it('takes a half character that was kept, replaced or left out for the same', () => {
    const [kept, replaced, left] = ['say \ud83d hi', 'say \ufffd hi', 'say  hi'].map(foldHalves)
    expect(kept).toBe(replaced)
    expect(replaced).toBe(left)
  })
})
