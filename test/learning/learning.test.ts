import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Evidence, type Known, type Sort, type Stream, totalOf } from '../../src/learning/evidence.ts'
import { nextQuestions, SMALL_LINE } from '../../src/learning/questions.ts'
import { reasonFor, sayReason } from '../../src/learning/reason.ts'

const DAY = 86_400
const FIRST = 20_000

interface Call {
  readonly line: string | null
  readonly sort: Sort
  readonly startedAt: number
  readonly has: boolean
}

const at = (day: number, of: Partial<Call> = {}): Call => ({
  line: 'sales',
  sort: 'call',
  startedAt: (FIRST + day) * DAY + 36_000,
  has: false,
  ...of,
})

function many(days: number, perDay: number, of: (day: number) => Partial<Call>): Call[] {
  return Array.from({ length: days * perDay }, (_, n) => {
    const day = Math.floor(n / perDay)
    return at(day, of(day))
  })
}

/** Asks until nothing is to be asked any more. */
function play(calls: readonly Call[], known = new Evidence()) {
  for (const call of calls) known.add(call, 'open')
  const left = new Set(calls)
  const asked: Call[] = []
  for (;;) {
    const questions = nextQuestions(known.streams())
    if (questions.length === 0) return { asked, assumed: [...left], streams: known.streams() }
    for (const { line, sort, day, count } of questions) {
      const fitting = [...left].filter(
        (call) => call.line === line && call.sort === sort && Math.floor(call.startedAt / DAY) === day,
      )
      expect(fitting.length).toBeGreaterThanOrEqual(count)
      for (const call of fitting.slice(0, count)) {
        left.delete(call)
        asked.push(call)
        known.answer(call, call.has ? 'ready' : 'none')
      }
    }
  }
}

const missedOf = (assumed: readonly Call[]) => assumed.filter(({ has }) => has)

const someCalls = fc.array(
  fc.record({
    line: fc.constantFrom('a', 'b', null),
    sort: fc.constantFrom<Sort>('call', 'voicemail'),
    startedAt: fc.integer({ min: FIRST * DAY, max: (FIRST + 150) * DAY }),
    has: fc.boolean(),
  }),
  { maxLength: 300 },
)

describe('what to ask next', () => {
  it('comes to an end, asks no call twice, and asks or assumes every call', () => {
    fc.assert(
      fc.property(someCalls, (calls) => {
        const { asked, assumed } = play(calls)
        expect(new Set([...asked, ...assumed]).size).toBe(calls.length)
        expect(asked.length + assumed.length).toBe(calls.length)
      }),
    )
  })

  it('is the same for the same evidence, in whatever order that came', () => {
    const facts = fc.array(
      fc.tuple(
        fc.record({
          line: fc.constantFrom('a', null),
          sort: fc.constantFrom<Sort>('call', 'voicemail'),
          startedAt: fc.integer({ min: FIRST * DAY, max: (FIRST + 99) * DAY }),
        }),
        fc.constantFrom<Known>('open', 'none', 'ready'),
      ),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(facts, (known) => {
        const questionsOf = (order: typeof known) => {
          const evidence = new Evidence()
          for (const [place, what] of order) evidence.add(place, what)
          return nextQuestions(evidence.streams())
        }
        expect(questionsOf([...known].reverse())).toEqual(questionsOf(known))
      }),
    )
  })

  it('goes on after a kill in the middle of a round as if it had asked less', () => {
    const calls = many(120, 4, (day) => ({ has: day >= 80 }))
    const known = new Evidence()
    for (const call of calls.slice(0, 3)) known.add(call, 'none')
    const { assumed } = play(calls.slice(3), known)
    expect(missedOf(assumed)).toEqual([])
  })

  it('asks every call of a line with few of them', () => {
    const calls = many(SMALL_LINE, 1, () => ({ has: false }))
    expect(play(calls).assumed).toEqual([])
    expect(play(many(SMALL_LINE, 8, () => ({}))).assumed.length).toBeGreaterThan(0)
  })

  it('asks a line that never had one no more often than its samples', () => {
    const { asked } = play(many(180, 10, () => ({})))
    expect(asked.length).toBeLessThanOrEqual(62)
    expect(asked.length).toBeGreaterThan(10)
  })

  it('finds every one since it was switched on, whenever that was, with a margin of a few calls', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 179 }), fc.integer({ min: 3, max: 12 }), (from, perDay) => {
        const calls = many(180, perDay, (day) => ({ has: day >= from }))
        const { asked, assumed } = play(calls)
        expect(missedOf(assumed)).toEqual([])
        expect(asked.filter(({ has }) => !has).length).toBeLessThanOrEqual(62 + 40 + 2 * perDay)
      }),
      { numRuns: 40 },
    )
  })

  it('asks for all where some calls of every time have one', () => {
    let n = 0
    const calls = many(180, 6, () => ({ has: (n++ * 7919) % 100 < 30 }))
    expect(play(calls).assumed).toEqual([])
  })

  it('takes what is known of calls for nothing of the voicemails of the same line', () => {
    const calls = many(180, 6, () => ({ has: true }))
    const voicemails = many(180, 6, () => ({ sort: 'voicemail' }))
    const { asked, assumed } = play([...calls, ...voicemails])
    expect(assumed.every(({ sort }) => sort === 'voicemail')).toBe(true)
    expect(asked.filter(({ sort }) => sort === 'voicemail').length).toBeGreaterThan(10)
  })

  it('takes the calls without a line for a line of their own', () => {
    const calls = [...many(180, 6, () => ({ has: true })), ...many(180, 6, () => ({ line: null }))]
    const { assumed } = play(calls)
    expect(assumed.length).toBeGreaterThan(900)
    expect(assumed.every(({ line }) => line === null)).toBe(true)
  })

  it('samples a line that nothing is known of, whatever the others say', () => {
    const known = new Evidence()
    for (const call of many(60, 6, () => ({ line: 'other' }))) known.add(call, 'none')
    const { asked } = play(
      many(60, 6, () => ({ line: 'new' })),
      known,
    )
    expect(asked.some(({ line }) => line === 'new')).toBe(true)
  })

  it('learns nothing from an answer that says nothing, and does not ask for it again', () => {
    const evidence = new Evidence()
    const call = at(1)
    evidence.add(call, 'open')
    evidence.forget(call)
    expect(evidence.streams().map(({ days }) => days)).toEqual([[]])
    expect(nextQuestions(evidence.streams())).toEqual([])
  })

  it('keeps one count a day, however many calls that day had', () => {
    const evidence = new Evidence()
    for (const call of many(10, 2_000, () => ({}))) evidence.add(call, 'open')
    const [stream] = evidence.streams() as [Stream]
    expect(stream.days).toHaveLength(10)
    expect(totalOf(stream).open).toBe(20_000)
  })
})

describe('why a call is not asked for', () => {
  it('names how many were asked around it and when, up to the nearest that had one', () => {
    const calls = many(180, 6, (day) => ({ has: day >= 150 }))
    const { streams, assumed } = play(calls)
    const reason = reasonFor(streams, assumed[0]!)!
    expect(reason.asked).toBe(streams[0]!.days.reduce((sum, { none }) => sum + none, 0))
    expect(reason.until).toBeLessThanOrEqual((FIRST + 150) * DAY)
  })

  it('says it in one sentence', () => {
    const reason = { asked: 14, since: FIRST * DAY, until: (FIRST + 30) * DAY }
    expect(sayReason(reason, 'Sales', 'call')).toBe(
      'on line Sales none of the 14 calls asked between 2024-10-04 and 2024-11-02 had one',
    )
    expect(sayReason({ ...reason, asked: 1 }, null, 'voicemail')).toBe(
      'among the calls without a line the one of its voicemails asked between 2024-10-04 and 2024-11-02 had none',
    )
  })

  it('is nothing while nothing was asked', () => {
    expect(reasonFor([], at(1))).toBeNull()
  })
})
