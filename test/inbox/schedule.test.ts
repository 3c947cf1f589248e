import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONTENT_EVENTS, type EventName } from '../../src/inbox/event.ts'
import {
  arrived,
  crashed,
  found,
  isTimeToAsk,
  MAX_WAIT_MS,
  type OpenCall,
  type Outcome,
  recalled,
  revived,
  settled,
  together,
} from '../../src/inbox/schedule.ts'

const NOW = Date.UTC(2026, 10, 27, 9)
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const event = (name: EventName, nowMs = NOW, call: OpenCall | null = null) =>
  arrived(call, { callId: '7', event: name, nowMs })
const look = (call: OpenCall, outcome: Outcome, nowMs: number) => settled(call, call, outcome, nowMs)

/** Looks again and again, each as soon as it is due; gives the pauses in seconds, up to `most`. */
function pauses(call: OpenCall, outcome: (nowMs: number) => Outcome, most = 100): number[] {
  const waits: number[] = []
  let now: OpenCall | null = call
  let atMs = call.dueMs
  while (now !== null && now.deadMs === null && waits.length < most) {
    now = look(now, outcome(atMs), atMs)
    if (now === null || now.deadMs !== null) break
    waits.push((now.dueMs - atMs) / SECOND)
    atMs = now.dueMs
  }
  return waits
}

describe('when an event makes a call due', () => {
  it('is seconds after call.ended and transcription.created, and within 90 s of everything else', () => {
    expect(event('call.ended').dueMs - NOW).toBeLessThanOrEqual(5 * SECOND)
    expect(event('transcription.created').dueMs - NOW).toBeLessThanOrEqual(5 * SECOND)
    for (const late of ['call.tagged', 'call.commented', 'summary.created', 'other'] as const) {
      expect(event(late).dueMs - NOW).toBeGreaterThan(20 * SECOND)
      expect(event(late).dueMs - NOW).toBeLessThan(75 * SECOND)
    }
  })

  it('is never put off by more events', () => {
    const first = event('call.tagged')
    const second = event('call.commented', NOW + 30 * SECOND, first)
    expect(second.dueMs).toBe(first.dueMs)
    expect(event('call.ended', NOW + 10 * SECOND, second).dueMs).toBeLessThan(first.dueMs)
  })

  it('keeps the pause of a call in trouble, of one that Aircall does not know, and the rest of a dead one', () => {
    const failing = look(event('call.ended'), { kind: 'failed', code: 'X' }, NOW + 5 * SECOND)!
    expect(event('call.ended', NOW + 6 * SECOND, failing).dueMs).toBe(failing.dueMs)
    const unknown = look(event('call.ended'), { kind: 'not-found' }, NOW + 5 * SECOND)!
    expect(event('call.ended', NOW + 6 * SECOND, unknown).dueMs).toBe(unknown.dueMs)
    const dead = { ...failing, deadMs: NOW }
    expect(event('call.ended', NOW + HOUR, dead).deadMs).toBe(NOW)
  })

  it('takes a call that a catch-up finds up at once', () => {
    expect(found('7', NOW)).toMatchObject({ dueMs: NOW, waitingSinceMs: NOW, events: 0 })
  })

  it('looks at a call again that waits for a text, and leaves one with an event or in trouble its own time', () => {
    const missing = ['transcription.created'] as const
    const waits = { kind: 'waits', endedMs: NOW, missing, asked: false } as const
    const quiet = look(event('call.ended'), waits, NOW + 5 * SECOND)!
    expect(quiet.dueMs).toBe(NOW + 2 * MINUTE)
    const atMs = NOW + 10 * SECOND
    expect(recalled(quiet, atMs)).toMatchObject({ dueMs: atMs, waitingSinceMs: atMs })
    const waiting = event('call.tagged')
    expect(recalled(waiting, atMs)).toBe(waiting)
    const failing = { ...quiet, failures: 1 }
    const dead = { ...quiet, deadMs: NOW }
    expect([recalled(failing, atMs), recalled(dead, atMs)]).toEqual([failing, dead])
  })
})

describe('what follows a look', () => {
  it('is nothing once all is done', () => {
    expect(look(event('call.ended'), { kind: 'done' }, NOW)).toBeNull()
  })

  it('is another look where an event came while it was in work', () => {
    const taken = event('call.ended')
    const during = event('call.tagged', NOW + 4 * SECOND, taken)
    for (const outcome of [
      { kind: 'done' },
      { kind: 'waits', endedMs: NOW - 7 * HOUR, missing: ['transcription.created'], asked: true },
    ] as const) {
      const next = settled(during, taken, outcome, NOW + 5 * SECOND)
      expect(next).toMatchObject({ dueMs: NOW + 8 * SECOND, waitingSinceMs: NOW + 4 * SECOND })
    }
  })

  it('comes 15 s, 60 s and 5 min later while the call has not ended, then is left to the catch-up', () => {
    expect(pauses(event('call.created'), () => ({ kind: 'not-ended' }))).toEqual([15, 60, 300])
  })

  it('begins anew with call.ended', () => {
    const once = look(event('call.created'), { kind: 'not-ended' }, NOW)!
    const ended = event('call.ended', NOW + SECOND, { ...once, notEnded: 3 })
    expect(pauses(ended, () => ({ kind: 'not-ended' }))).toEqual([15, 60, 300])
  })

  it('ends with the third 404', () => {
    expect(pauses(event('call.ended'), () => ({ kind: 'not-found' }))).toEqual([15, 60])
  })

  it('comes 30 s later after trouble, doubling to half an hour, until a day has gone by', () => {
    const waits = pauses(event('call.ended'), () => ({ kind: 'failed', code: 'HTTP_5XX' }))
    expect(waits.slice(0, 8)).toEqual([30, 60, 120, 240, 480, 960, 1800, 1800])
    const day = waits.reduce((sum, wait) => sum + wait, 0)
    expect(day).toBeGreaterThan(24 * 3600 - 1800)
    expect(day).toBeLessThan(24 * 3600 + 1800)
  })

  it('is not death for a call of a laptop that slept for two days', () => {
    const once = look(event('call.ended'), { kind: 'failed', code: 'X' }, NOW)!
    expect(look(once, { kind: 'failed', code: 'X' }, NOW + 48 * HOUR)).toMatchObject({
      deadMs: null,
      failures: 2,
    })
  })

  it('forgets the trouble once a look went well', () => {
    const failing = look(event('call.ended'), { kind: 'failed', code: 'X' }, NOW)!
    const waiting = look(failing, { kind: 'waits', endedMs: NOW, missing: [], asked: false }, NOW + MINUTE)
    expect(waiting).toMatchObject({ failures: 0, failingSinceMs: null, code: null })
  })
})

describe('the clock of the texts', () => {
  const waits = (endedMs: number, asked = true): Outcome => ({
    kind: 'waits',
    endedMs,
    missing: ['transcription.created'],
    asked,
  })

  it('comes 2, 5, 15 and 60 minutes and 6 hours after the end, and not with call.ended', () => {
    const ended = NOW - 30 * SECOND
    const call = event('call.ended')
    expect(isTimeToAsk(call, { text: 'transcription.created', endedMs: ended, nowMs: call.dueMs })).toBe(
      false,
    )
    let open = look(call, waits(ended, false), call.dueMs)
    const asked: number[] = []
    while (open !== null) {
      expect(isTimeToAsk(open, { text: 'transcription.created', endedMs: ended, nowMs: open.dueMs })).toBe(
        true,
      )
      expect(open.waitingSinceMs).toBeNull()
      asked.push((open.dueMs - ended) / MINUTE)
      open = look(open, waits(ended), open.dueMs)
    }
    expect(asked).toEqual([2, 5, 15, 60, 360])
  })

  it('asks at once for a call that is taken up later than that', () => {
    const late = found('7', NOW)
    expect(isTimeToAsk(late, { text: 'transcription.created', endedMs: NOW - 3 * MINUTE, nowMs: NOW })).toBe(
      true,
    )
    expect(isTimeToAsk(late, { text: 'transcription.created', endedMs: NOW - 48 * HOUR, nowMs: NOW })).toBe(
      true,
    )
    expect(look(late, waits(NOW - 48 * HOUR), NOW)).toBeNull()
  })

  it('does not ask again between two marks because of another event', () => {
    const asked = look(event('call.ended'), waits(NOW - 3 * MINUTE), NOW)!
    const tagged = event('call.tagged', NOW + 20 * SECOND, asked)
    const nowMs = NOW + 65 * SECOND
    expect(isTimeToAsk(tagged, { text: 'transcription.created', endedMs: NOW - 3 * MINUTE, nowMs })).toBe(
      false,
    )
    expect(
      isTimeToAsk(tagged, { text: 'summary.created', endedMs: NOW - 3 * MINUTE, nowMs: NOW + 2 * MINUTE }),
    ).toBe(true)
  })

  it('asks at once for a text whose event has come, and soon again where the API has it not yet', () => {
    const call = event('transcription.created')
    const endedMs = NOW - 50 * SECOND
    expect(isTimeToAsk(call, { text: 'transcription.created', endedMs, nowMs: call.dueMs })).toBe(true)
    expect(isTimeToAsk(call, { text: 'summary.created', endedMs, nowMs: call.dueMs })).toBe(false)
    const soon = look(call, waits(endedMs), call.dueMs)!
    expect(soon.dueMs - call.dueMs).toBe(15 * SECOND)
    // After 7 hours no mark is left, but the event is believed for three more looks.
    expect(pauses(event('transcription.created'), () => waits(NOW - 7 * HOUR))).toEqual([15, 60, 300])
  })

  it('no longer counts a text as announced once it is here', () => {
    const both = event('summary.created', NOW, event('transcription.created'))
    const next = look(
      both,
      { kind: 'waits', endedMs: NOW, missing: ['summary.created'], asked: true },
      NOW + SECOND,
    )
    expect(next?.announced).toEqual(['summary.created'])
  })
})

describe('a process that dies', () => {
  it('makes a call dead the third time, and revives it when asked', () => {
    const once = crashed(event('call.ended'), NOW)
    const thrice = crashed(crashed(once, NOW), NOW)
    expect(once).toMatchObject({ deadMs: null, dueMs: NOW })
    expect(thrice).toMatchObject({ deadMs: NOW, code: 'PROCESS_DIED' })
    expect(revived(thrice, NOW + HOUR)).toMatchObject({ deadMs: null, crashes: 0, dueMs: NOW + HOUR })
  })

  it('forgets what it suspected once a look ended in any way', () => {
    const suspect = crashed(crashed(event('call.ended'), NOW), NOW)
    expect(look(suspect, { kind: 'failed', code: 'X' }, NOW)).toMatchObject({ crashes: 0, deadMs: null })
  })

  it('lets a suspect be worked alone, and the others without it', () => {
    const good = { ...event('call.ended'), callId: '1' }
    const suspect = { ...crashed(event('call.ended'), NOW), callId: '2' }
    expect(together([suspect, good])).toEqual([suspect])
    expect(together([good, suspect, { ...good, callId: '3' }]).map(({ callId }) => callId)).toEqual([
      '1',
      '3',
    ])
    expect(together([])).toEqual([])
  })
})

describe('whatever happens, in whatever order, on whatever clock', () => {
  const names = fc.constantFrom<EventName>(
    'call.ended',
    'call.tagged',
    'call.created',
    'other',
    ...CONTENT_EVENTS,
  )
  const time = fc.integer({ min: NOW - 48 * HOUR, max: NOW + 48 * HOUR })
  const outcome = fc.oneof(
    fc.constantFrom<Outcome>(
      { kind: 'done' },
      { kind: 'not-ended' },
      { kind: 'not-found' },
      { kind: 'failed', code: 'X' },
    ),
    fc.record({
      kind: fc.constant('waits' as const),
      endedMs: time,
      missing: fc.subarray([...CONTENT_EVENTS]),
      asked: fc.boolean(),
    }),
  )
  const step = fc.oneof(
    fc.record({ at: time, name: names }),
    fc.record({ at: time, outcome, during: fc.array(names, { maxLength: 2 }) }),
    fc.record({ at: time, crash: fc.constant(true) }),
  )

  it('no open call is due further away than the longest pause, and no event that came meanwhile is lost', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let call: OpenCall | null = null
        for (const one of steps) {
          const before: OpenCall | null = call
          if ('name' in one) call = event(one.name, one.at, before)
          else if (before === null || before.deadMs !== null) continue
          else if ('crash' in one) call = crashed(before, one.at)
          else {
            const now = one.during.reduce<OpenCall>((held, name) => event(name, one.at, held), before)
            call = settled(now, before, one.outcome, one.at)
            // Only the third 404 closes a call of which an event has just come.
            if (one.during.length > 0 && one.outcome.kind !== 'not-found') expect(call).not.toBeNull()
          }
          if (call !== null && before === null) expect(call.dueMs - one.at).toBeLessThan(90 * SECOND)
          if (call !== null && 'outcome' in one) expect(call.dueMs - one.at).toBeLessThanOrEqual(MAX_WAIT_MS)
        }
      }),
    )
  })

  it('a call that is looked at whenever it is due comes to an end', () => {
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 5 }), (outcomes) => {
        let call: OpenCall | null = event('call.ended')
        for (let looks = 0; call !== null && call.deadMs === null; looks++) {
          expect(looks).toBeLessThan(500)
          call = look(
            call,
            outcomes[looks % outcomes.length]!,
            Math.max(call.dueMs, NOW + looks * 10 * MINUTE),
          )
        }
      }),
    )
  })
})
