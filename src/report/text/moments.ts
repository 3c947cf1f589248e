import { tzOffset } from '@date-fns/tz'

/**
 * PURE. How moments and ranges are written for people: in the configured zone,
 * with UTC beside it where they differ.
 */

const MINUTE_MS = 60_000

/** `2026-11-22 15:04` in the zone. */
export function formatMoment(ms: number, zone: string): string {
  const shifted = ms + tzOffset(zone, new Date(ms)) * MINUTE_MS
  return new Date(shifted).toISOString().slice(0, 16).replace('T', ' ')
}

/** `2026-11-22 15:04 Europe/Paris (14:04 UTC)`: the day of UTC only where it is another one. */
export function formatInZone(ms: number, zone: string): string {
  const local = formatMoment(ms, zone)
  if (zone === 'UTC') return `${local} UTC`
  const utc = formatMoment(ms, 'UTC')
  const [day, time] = [utc.slice(0, 10), utc.slice(11)]
  return `${local} ${zone} (${local.startsWith(day) ? time : utc} UTC)`
}

/** `2026-10-23 14:00 to 2026-11-22 13:00 Europe/Paris (2026-10-23 12:00 to 2026-11-22 12:00 UTC)`, of ISO times. */
export function formatRange({ since, until }: { since: string; until: string }, zone: string): string {
  const inZone = (of: string) =>
    `${formatMoment(Date.parse(since), of)} to ${formatMoment(Date.parse(until), of)} ${of}`
  return zone === 'UTC' ? inZone('UTC') : `${inZone(zone)} (${inZone('UTC')})`
}
