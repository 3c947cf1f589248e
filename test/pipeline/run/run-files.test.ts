import { describe, expect, it } from 'vitest'
import { type Marks, mentions } from '../../../src/pipeline/erase/run-files.ts'

const marks = (over: Partial<Marks>): Marks => ({ callIds: new Set(), numbers: [], words: [], ...over })

describe('a text mentions a person', () => {
  it('by a number in any usual spelling', () => {
    const person = marks({ numbers: ['+12025550143'] })
    for (const text of [
      '+12025550143',
      "'+1 202-555-0143",
      '+1 (202) 555-0143',
      '0012025550143',
      '+1.202.555.0143',
    ])
      expect([text, mentions(`a,${text},b`, person)]).toEqual([text, true])
    expect(mentions('+1 202-555-0144', person)).toBe(false)
  })

  it('by the id of a call, alone and within an external id, and not by a longer id', () => {
    const person = marks({ callIds: new Set(['3000000001']) })
    expect(mentions('x,3000000001-cold call,y', person)).toBe(true)
    expect(mentions('13000000001', person)).toBe(false)
  })

  it('by id, name or e-mail in any case, unless the name is too short to mean anything', () => {
    expect(mentions('Call with JANE DOE', marks({ words: ['Jane Doe'] }))).toBe(true)
    expect(mentions('the alibi', marks({ words: ['Ali'] }))).toBe(false)
  })
})
