import { expect, it } from 'vitest'
import { compileOwnPattern } from '../../src/conversation/own-pattern.ts'
import { compileRedactor } from '../../src/conversation/redact.ts'

it('finds what JavaScript would find, from left to right', () => {
  const find = compileOwnPattern({ name: 'mine', pattern: 'K-(?:\\d{2}|x)\\b' })
  const text = 'K-12, K-x and K-123 😀 K-99'
  expect(find(text).spans.map(({ from, to }) => text.slice(from, to))).toEqual(
    text.match(/K-(?:\d{2}|x)\b/gu),
  )
})

it('leaves empty finds alone', () => {
  expect(compileOwnPattern({ name: 'mine', pattern: 'x*' })('axb').spans).toEqual([{ from: 1, to: 2 }])
})

it('says where it stopped when each search reads to the end, so that the rest is hidden and not left', () => {
  const find = compileOwnPattern({ name: 'mine', pattern: 'a(?:.*b)?' }, { maxRead: 10_000 })
  const { spans, restFrom } = find('a'.repeat(1000))
  expect(spans.length).toBeLessThan(20)
  expect(restFrom).toBe(spans.at(-1)?.to)
  expect(find('a'.repeat(50)).restFrom).toBeNull()
})

it('hides a whole text rather than read it a hundred thousand times', () => {
  const { text } = compileRedactor([{ name: 'mine', pattern: 'a(?:.*b)?' }])('a'.repeat(100_000))
  expect(/^(?:\[mine\])+$/.test(text)).toBe(true)
  expect(text.length).toBeLessThan(2000)
}, 30_000)
