import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { continuesCall, findChain } from '../../src/conversation/chain.ts'
import type { Call } from '../../src/domain.ts'
import { aCall, JUNE_FIRST } from '../support/builders.ts'

const ana = { id: '456', name: 'Ana Cruz', email: null }
const ben = { id: '457', name: 'Ben Okafor', email: null }
const cleo = { id: '458', name: 'Cleo Park', email: null }

/** Ana talked from 8 s to 260 s, and passed the call on to Ben. */
const first = aCall({ id: '1', agent: ana, transferredTo: ben })
const second = aCall({
  id: '2',
  agent: ben,
  startedAt: JUNE_FIRST + 250,
  answeredAt: JUNE_FIRST + 255,
  endedAt: JUNE_FIRST + 400,
})
const among = (calls: readonly Call[]) => () => calls

describe('continuesCall', () => {
  it.each([
    ['when the earlier was answered', JUNE_FIRST + 8, true],
    ['before the earlier was answered', JUNE_FIRST + 7, false],
    ['30 s after the end of the earlier', JUNE_FIRST + 290, true],
    ['31 s after it', JUNE_FIRST + 291, false],
  ])('a call that begins %s: %s', (_, startedAt, fits) => {
    expect(continuesCall(first, { ...second, startedAt })).toBe(fits)
  })

  it('goes by whom the earlier was passed on to, or by whom the later was passed on', () => {
    expect(continuesCall(first, second)).toBe(true)
    expect(continuesCall({ ...first, transferredTo: cleo }, second)).toBe(false)
    expect(continuesCall({ ...first, transferredTo: null }, { ...second, transferredBy: ana })).toBe(true)
    expect(continuesCall({ ...first, transferredTo: null }, { ...second, transferredBy: cleo })).toBe(false)
    expect(
      continuesCall({ ...first, agent: null, transferredTo: null }, { ...second, transferredBy: null }),
    ).toBe(false)
  })

  it('an earlier call that nobody took, that goes on, or the call itself fit nothing', () => {
    expect(continuesCall({ ...first, answeredAt: null }, second)).toBe(false)
    expect(continuesCall({ ...first, endedAt: null }, second)).toBe(false)
    expect(continuesCall({ ...second, transferredTo: ben }, { ...second, transferredTo: ben })).toBe(false)
  })
})

describe('findChain', () => {
  it('names the other call on both sides', () => {
    const calls = among([first, second])
    expect(findChain(first, calls)).toMatchObject({ earlier: null, later: { callId: '2', agent: ben } })
    expect(findChain(second, calls)).toMatchObject({ earlier: { callId: '1', agent: ana }, later: null })
  })

  it('names none where two fit, on either side', () => {
    const twin = { ...second, id: '3', startedAt: JUNE_FIRST + 262 }
    const calls = among([first, second, twin])
    for (const call of [first, second, twin])
      expect(findChain(call, calls)).toMatchObject({ earlier: null, later: null })
    const other = { ...first, id: '4', endedAt: JUNE_FIRST + 255 }
    for (const call of [first, second, other])
      expect(findChain(call, among([first, second, other]))).toMatchObject({ earlier: null, later: null })
  })

  it('has a call in the middle with both its sides', () => {
    const middle = { ...second, transferredTo: cleo }
    const last = aCall({
      id: '5',
      agent: cleo,
      startedAt: JUNE_FIRST + 405,
      answeredAt: JUNE_FIRST + 410,
      endedAt: JUNE_FIRST + 500,
    })
    expect(findChain(middle, among([first, middle, last]))).toMatchObject({
      earlier: { callId: '1' },
      later: { callId: '5' },
    })
  })

  it('gives the same for the same calls in any order, and what one side names the other side names', () => {
    const agents = fc.constantFrom(ana, ben, cleo, null)
    const calls = fc
      .array(fc.record({ start: fc.nat(300), talk: fc.nat(200), agent: agents, by: agents, to: agents }), {
        minLength: 1,
        maxLength: 6,
      })
      .map((all) =>
        all.map(({ start, talk, agent, by, to }, at) =>
          aCall({
            id: String(at + 1),
            agent,
            startedAt: JUNE_FIRST + start,
            answeredAt: JUNE_FIRST + start + 5,
            endedAt: JUNE_FIRST + start + 5 + talk,
            transferredBy: by,
            transferredTo: to,
          }),
        ),
      )
    fc.assert(
      fc.property(calls, (all) => {
        for (const call of all) {
          const found = findChain(call, among(all))
          expect(findChain(call, among(all.toReversed()))).toEqual(found)
          const later = all.find(({ id }) => id === found.later?.callId)
          if (later !== undefined) expect(findChain(later, among(all)).earlier?.callId).toBe(call.id)
        }
      }),
    )
  })
})
