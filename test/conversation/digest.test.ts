import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, digest } from '../../src/conversation/digest.ts'

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  )
}

describe('digest', () => {
  it('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(digest(reversed(value))).toBe(digest(value))
      }),
    )
  })

  it('keeps different values apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        // Numbers -0 and 0 are one value in JSON.
        const equal = JSON.stringify(sortedDeep(a)) === JSON.stringify(sortedDeep(b))
        expect(digest(a) === digest(b)).toBe(equal)
      }),
    )
  })

  it('writes canonical JSON that parses back to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('treats an absent key and an undefined one alike, and null as a value', () => {
    expect(digest({ a: 1, b: undefined })).toBe(digest({ a: 1 }))
    expect(digest({ a: 1, b: null })).not.toBe(digest({ a: 1 }))
  })

  it('keeps the order of a list', () => {
    expect(digest([1, 2])).not.toBe(digest([2, 1]))
  })

  it('is the sha256 of the text in hex, the same on every machine', () => {
    expect(digest('')).toBe('12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126')
  })
})

function sortedDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedDeep)
  if (value === null || typeof value !== 'object') return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [`key ${key}`, sortedDeep(item), 'object'])
    .concat([['object']])
}
