import { expect, it } from 'vitest'
import { formatInZone, formatMoment, formatRange } from '../../../src/report/text/moments.ts'

const at = (iso: string) => Date.parse(iso)

it('writes a moment in the zone, with UTC beside it where they differ, its day too where it is another one', () => {
  expect(formatInZone(at('2026-11-22T14:04:59Z'), 'UTC')).toBe('2026-11-22 14:04 UTC')
  expect(formatInZone(at('2026-11-22T14:04:59Z'), 'Europe/Paris')).toBe(
    '2026-11-22 15:04 Europe/Paris (14:04 UTC)',
  )
  expect(formatInZone(at('2026-11-22T23:30:00Z'), 'Asia/Tokyo')).toBe(
    '2026-11-23 08:30 Asia/Tokyo (2026-11-22 23:30 UTC)',
  )
})

it('follows the clocks of the zone', () => {
  expect(formatMoment(at('2026-07-01T10:00:00Z'), 'Europe/Paris')).toBe('2026-07-01 12:00')
  expect(formatMoment(at('2026-12-01T10:00:00Z'), 'America/St_Johns')).toBe('2026-12-01 06:30')
})

it('writes a range once in UTC, and in any other zone with UTC beside it', () => {
  const range = { since: '2026-10-23T12:00:00.000Z', until: '2026-11-22T12:00:00.000Z' }
  expect(formatRange(range, 'UTC')).toBe('2026-10-23 12:00 to 2026-11-22 12:00 UTC')
  expect(formatRange(range, 'Europe/Paris')).toBe(
    '2026-10-23 14:00 to 2026-11-22 13:00 Europe/Paris (2026-10-23 12:00 to 2026-11-22 12:00 UTC)',
  )
})
