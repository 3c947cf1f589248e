import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRedactor, type RedactRule } from '../../src/conversation/redact.ts'
import { FatalError } from '../../src/errors.ts'

const all: readonly RedactRule[] = ['card', 'iban', 'email', 'phone']

function redact(text: string, rules: readonly RedactRule[] = all): string {
  return compileRedactor(rules)(text).text
}

describe('compileRedactor', () => {
  it.each([
    ['a card with blanks', 'my card is 4111 1111 1111 1111, thanks', 'my card is [card], thanks'],
    ['a card with hyphens', '5500-0000-0000-0004.', '[card].'],
    ['a card of 15 digits', '378282246310005', '[card]'],
    ['an IBAN with blanks', 'to GB82 WEST 1234 5698 7654 32 please', 'to [iban] please'],
    ['an IBAN without', 'FR1420041010050500013M02606', '[iban]'],
    ['a card followed by its expiry date', '4111 1111 1111 1111 12 29', '[card] 12 29'],
    ['two cards in a row', '4111111111111111 5500000000000004', '[card] [card]'],
    ['an e-mail', 'write to jane.doe+x@mail.acme.example.', 'write to [email].'],
    ['an international number', 'call +33 1 99 00 12 34 now', 'call [phone] now'],
    ['a national number', 'call (202) 555-0134 now', 'call [phone] now'],
  ])('hides %s', (_name, text, expected) => {
    expect(redact(text)).toBe(expected)
  })

  it.each([
    ['a card number with a wrong check digit', '4111 1111 1111 1112', ['card']],
    ['a row of equal digits', '0000 0000 0000 0000', ['card']],
    ['an IBAN with a wrong check', 'GB82 WEST 1234 5698 7654 33', ['iban']],
    ['a short number', 'ticket 12345, page 7', all],
    ['a kind that was not asked for', 'jane@acme.example', ['card', 'phone']],
  ] as const)('leaves %s', (_name, text, rules) => {
    expect(redact(text, rules)).toBe(text)
  })

  it('counts what it hid, by rule', () => {
    const { counts } = compileRedactor(all)('a@b.example, c@d.example and 4111111111111111')
    expect(counts).toEqual({ email: 2, card: 1 })
  })

  it('applies patterns of one’s own before the built-in kinds', () => {
    const rules: RedactRule[] = [{ name: 'contract', pattern: 'K-(?:\\d{4}-){2}\\d{4}' }, 'phone']
    expect(redact('contract K-2025-5501-0034', rules)).toBe('contract [contract]')
  })

  it.each([
    '(a)\\1',
    '(?<n>a)\\k<n>',
    'a(?=b)',
    '(?<!a)b',
    '(?:a{1,500}){1,500}',
    'a{1001}',
    '(?:a{9}){900}',
    '(',
    'a'.repeat(201),
  ])('refuses the pattern %s, naming the rule and not the pattern', (pattern) => {
    const compile = () => compileRedactor([{ name: 'mine', pattern }])
    expect(compile).toThrow(FatalError)
    expect(compile).toThrow(/"mine"/u)
  })

  it.each([
    '[A-Z]{2}\\d{6}',
    '(?:\\d{4}-){3}\\d{4}',
    'K(?:A|B)?\\d+',
    '\\(x\\)+',
    '[(+]+',
    '\\bK\\u{1F600}\\x41',
    '[\\p{L}]{3}\\d',
  ])('accepts the pattern %s', (pattern) => {
    expect(compileRedactor([{ name: 'mine', pattern }])('nothing here').text).toBe('nothing here')
  })

  it.each(['.*.*.*!', '(a+)+$', '(a|aa)*b', '((ab)*)*', '(?:x{1,9}){2,}!', '(.*)*(.*)*(.*)*!'])(
    'ends with the pattern %s on a text that is made for it',
    (pattern) => {
      const redactor = compileRedactor([{ name: 'mine', pattern }])
      expect(redactor(`${'a'.repeat(50_000)}${'ab'.repeat(50_000)} `).text.length).toBeGreaterThan(0)
    },
  )

  it.each([0, 1, 2, 3, 10, 18, 19])(
    'finds a card across character 4,000, beginning %i characters before',
    (before) => {
      for (const filler of ['a', 'word ']) {
        const lead = filler.repeat(4000).slice(0, 4000 - before - 1)
        const isHidden = redact(`${lead} 4111 1111 1111 1111`, ['card']) === `${lead} [card]`
        expect(isHidden).toBe(true)
        const own: RedactRule[] = [{ name: 't', pattern: 'TICKET-[0-9]+' }]
        expect(redact(`${lead} TICKET-12345678901234`, own) === `${lead} [t]`).toBe(true)
      }
      const among = redact(`${'7 '.repeat(2000).slice(before)}4111 1111 1111 1111`, ['card'])
      expect([among.includes('1'), among.endsWith('[card]')]).toEqual([false, true])
    },
  )

  it('finds a card between other digits', () => {
    expect(redact('9999 4111 1111 1111 1111 2222 3333', ['card'])).not.toContain('4111')
    expect(redact('call 12 5500 0000 0000 0004 77 88 99 now', ['card'])).toContain('[card]')
  })

  it('finds a card whose digits a control character parts', () => {
    expect(redact('4111\0 1111\u0007 1111 1111', ['card'])).toBe('[card]')
  })

  it('takes an utterance of 30 MB without a blank', () => {
    const text = 'a'.repeat(30_000_000)
    expect(redact(`${text} 4111111111111111`) === `${text} [card]`).toBe(true)
  }, 60_000)

  it('never loses text that holds nothing to hide, however long', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('word', 'and', 'é', '😀'), { maxLength: 3000 }), (words) => {
        const text = words.join(' ')
        expect(redact(text)).toBe(text)
      }),
      { numRuns: 20 },
    )
  })

  it('finds every card in a text of any length', () => {
    const { counts } = compileRedactor(['card'])('pay 4111111111111111 now '.repeat(2000))
    expect(counts).toEqual({ card: 2000 })
  })
})
