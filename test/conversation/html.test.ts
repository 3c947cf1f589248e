import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEntities, escapeHtml, sameText, toPlainText } from '../../src/conversation/html.ts'

describe('escapeHtml', () => {
  it('leaves no character that opens a tag, an entity or an attribute', () => {
    expect(escapeHtml(`<b> & "x" 'y'`)).toBe('&lt;b&gt; &amp; &quot;x&quot; &#39;y&#39;')
  })

  it('is undone by decoding, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeEntities(escapeHtml(text))).toBe(text)
      }),
    )
  })

  it('leaves an impossible character reference as it is', () => {
    expect(decodeEntities('&#xD800; &#1114112; &nope; &#65;')).toBe('&#xD800; &#1114112; &nope; A')
  })
})

describe('sameText', () => {
  it.each([
    ['white space between blocks', '<p>a</p>\n  <p>b</p>', '<p>a</p><p>b</p>'],
    ['white space inside a block', '<p>\n a  b </p>', '<p>a b</p>'],
    ['a line break in its three spellings', 'a<br />b', 'a<br>b'],
    ['any dash', 'Aircall \u2014 call', 'Aircall \u2013 call'],
    ['a hyphen for a dash', 'Aircall - call', 'Aircall \u2013 call'],
    ['quotes written as entities', '<p>&quot;it&#39;s&quot;</p>', `<p>"it's"</p>`],
    ['a blank that does not break', 'a&nbsp;b', 'a b'],
    ['composed and decomposed letters', 'Zoe\u0301', 'Zo\u00e9'],
  ])('takes %s for no difference', (_name, a, b) => {
    expect(sameText(a, b)).toBe(true)
  })

  it.each([
    ['another word', '<p>a</p>', '<p>b</p>'],
    ['text without its paragraph', 'Call was answered.', '<p>Call was answered.</p>'],
    ['markup that was not escaped', '<p><b>x</b></p>', '<p>&lt;b&gt;x&lt;/b&gt;</p>'],
    ['an ampersand that was not escaped', '<p>Q&A</p>', '<p>Q&amp;A</p>'],
    ['upper and lower case', 'Jane', 'jane'],
  ])('keeps %s a difference', (_name, a, b) => {
    expect(sameText(a, b)).toBe(false)
  })

  it('does not care how blocks are indented', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(' ', '\n', '\t'), { maxLength: 6 }), (blanks) => {
        expect(sameText(['<p>a</p>', '<p>b</p>'].join(blanks.join('')), '<p>a</p><p>b</p>')).toBe(true)
      }),
    )
  })
})

describe('toPlainText', () => {
  it('separates paragraphs by a blank and decodes entities', () => {
    expect(toPlainText('<p><strong>Agent:</strong> R&amp;D</p><p>b</p>', 200)).toBe('Agent: R&D b')
  })

  it('keeps a lone angle bracket', () => {
    expect(toPlainText('<p>1 &lt; 2 and 3 < 4</p>', 200)).toBe('1 < 2 and 3 < 4')
  })

  it('cuts with an ellipsis inside the limit and never inside a character', () => {
    expect(toPlainText('<p>abcdef</p>', 4)).toBe('abc…')
    expect(toPlainText('<p>ab😀def</p>', 4)).toBe('ab…')
  })

  it('is one line with single blanks between words, whatever white space stood where', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      ' ',
      '\n',
      '\t',
      '\u00a0',
      '&nbsp;',
      '<p>',
      '</p>',
      '<b \n>',
      '<br/>',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const text = toPlainText(parts.join(''), 200)
        expect(text).toBe(text.split(/\s+/u).filter(Boolean).join(' '))
        expect(text.replaceAll(' ', '')).toBe(parts.filter((one) => /^[ab]$/.test(one)).join(''))
      }),
    )
  })

  it('never exceeds the limit, however long the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.nat({ max: 80 }), (text, extra) => {
        const max = 20 + extra
        expect(toPlainText(`<p>${escapeHtml(text)}</p>`, max).length).toBeLessThanOrEqual(max)
      }),
    )
    expect(toPlainText(`<p>${'long words '.repeat(50_000)}</p>`, 200)).toHaveLength(200)
  })
})
