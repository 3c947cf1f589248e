import { tzOffset } from '@date-fns/tz'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, parseRange, parseTime } from '../../src/cli/time.ts'
import { UsageError } from '../../src/errors.ts'

const nowMs = Date.parse('2026-11-22T12:00:00.900Z')
const utc = { zone: 'UTC', nowMs }
const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
const read = (text: string, zone = 'UTC') => iso(parseTime(text, { zone, nowMs }))

function failureOf(work: () => unknown): UsageError {
  try {
    work()
  } catch (error) {
    if (error instanceof UsageError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('parseTime', () => {
  it.each([
    ['2026-06-01', 'UTC', '2026-06-01T00:00:00.000Z'],
    ['2026-06-01', 'Europe/Paris', '2026-05-31T22:00:00.000Z'],
    ['2026-01-01', 'Europe/Paris', '2025-12-31T23:00:00.000Z'],
    ['2026-06-01', 'America/Los_Angeles', '2026-06-01T07:00:00.000Z'],
    ['2026-06-01', 'Asia/Kolkata', '2026-05-31T18:30:00.000Z'],
    ['2026-06-01T09:30', 'Europe/Paris', '2026-06-01T07:30:00.000Z'],
    ['2026-06-01 09:30:15', 'UTC', '2026-06-01T09:30:15.000Z'],
    ['2026-06-01T09:30:15.999Z', 'Europe/Paris', '2026-06-01T09:30:15.000Z'],
    ['2026-06-01T09:30:15+02:00', 'Asia/Tokyo', '2026-06-01T07:30:15.000Z'],
    ['2026-06-01T09:30:15-0330', 'Asia/Tokyo', '2026-06-01T13:00:15.000Z'],
    ['36h', 'UTC', '2026-11-21T00:00:00.000Z'],
    ['30d', 'Europe/Paris', '2026-10-23T12:00:00.000Z'],
    ['6w', 'UTC', '2026-10-11T12:00:00.000Z'],
  ])('reads %s in %s as %s', (text, zone, expected) => {
    expect(read(text, zone)).toBe(expected)
  })

  it('takes the first moment of a day whose midnight the clocks skip', () => {
    // Beirut went from 00:00 to 01:00 on 27 March 2022.
    expect(read('2022-03-27', 'Asia/Beirut')).toBe('2022-03-26T22:00:00.000Z')
  })

  it('moves a time that the clocks skip behind the gap', () => {
    expect(read('2026-03-29T02:30', 'Europe/Paris')).toBe('2026-03-29T01:30:00.000Z')
  })

  it('takes the first of a time that the clocks show twice', () => {
    expect(read('2026-10-25T02:30', 'Europe/Paris')).toBe('2026-10-25T00:30:00.000Z')
    expect(read('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
  })

  it('agrees with the clocks of the zone, whatever the zone and time', () => {
    const zones = fc.constantFrom(
      'Europe/Paris',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'UTC',
    )
    const minutes = fc.integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2030, 0) / 60_000 })
    fc.assert(
      fc.property(zones, minutes, (zone, minute) => {
        const wall = new Date(minute * 60_000).toISOString().slice(0, 16)
        const at = parseTime(wall, { zone, nowMs }) * 1000
        const shown = at + tzOffset(zone, new Date(at)) * 60_000
        // Equal, or pushed forward by the skipped half hour or hour.
        expect([0, 30 * 60_000, 3_600_000]).toContain(shown - minute * 60_000)
      }),
    )
  })

  it.each(['6m', '6M', '6 months', '1month', '3mo', '90min', '5 minutes'])(
    'refuses %j, which is minutes to some and months to others, with the form that is meant',
    (text) => {
      const failure = failureOf(() => parseTime(text, utc))
      expect(failure).toMatchObject({ code: 'TIME_FORMAT', exitCode: 2 })
      expect(failure.suggestions.join(' ')).toMatch(/months: \d+w .*minutes: \d+h/)
      expect(failureOf(() => parseDuration(text))).toMatchObject({ code: 'DURATION_FORMAT', exitCode: 2 })
    },
  )

  it('means half a year by 26 weeks', () => {
    expect(failureOf(() => parseTime('6m', utc)).suggestions[0]).toBe('6 months: 26w')
  })

  it.each([
    '2026-02-30',
    '2026-13-01',
    '2026-06-01T25:00',
    '2026-06-01T09:61',
    '2026-06-01T00:00+19:00',
    '2026-6-1',
  ])('refuses %s', (text) => {
    expect(() => parseTime(text, utc)).toThrow(UsageError)
  })

  it.each(['yesterday', '', '30', '-30d', '30y', '1e3d', '999999w', '01/06/2026', '2026-06', '٣d'])(
    'answers %j with an example and exit code 2',
    (text) => {
      expect(() => parseTime(text, utc)).toThrow(
        expect.objectContaining({
          code: 'TIME_FORMAT',
          exitCode: 2,
          message: expect.stringContaining('30d'),
        }),
      )
    },
  )

  it('never throws anything but a usage error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(Number.isInteger(parseTime(text, utc))).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError)
        }
      }),
    )
  })
})

describe('parseRange', () => {
  it('ends now unless told otherwise', () => {
    expect(parseRange({ since: '1h' }, utc)).toEqual({ since: 1795345200, until: 1795348800 })
  })

  it.each([
    [{ since: '2027-01-01' }, '--since 2027-01-01 lies in the future.'],
    [{ since: '0d' }, '--since 0d is now, so the range is empty.'],
    [{ since: '0h', until: '2026-12-01' }, '--since 0h is now, so the range is empty.'],
    [{ since: '2026-06-02', until: '2026-06-01' }, 'is not before'],
    [{ since: '2026-06-01', until: '2026-06-01' }, 'is not before'],
  ])('refuses %j', (range, said) => {
    expect(() => parseRange(range, utc)).toThrow(
      expect.objectContaining({ code: 'TIME_RANGE', exitCode: 2, message: expect.stringContaining(said) }),
    )
  })

  it('lets a range end in the future', () => {
    expect(parseRange({ since: '1d', until: '2026-12-01' }, utc).until).toBe(Date.parse('2026-12-01') / 1000)
  })
})

it('reads an age in seconds', () => {
  expect([parseDuration('36h'), parseDuration('90d'), parseDuration('6w')]).toEqual([
    129_600, 7_776_000, 3_628_800,
  ])
  expect(() => parseDuration('soon')).toThrow(
    expect.objectContaining({ code: 'DURATION_FORMAT', exitCode: 2 }),
  )
})
