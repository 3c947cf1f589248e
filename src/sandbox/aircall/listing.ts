/**
 * Lists of the embedded Aircall: bounds, the clamp, the cap and its odd body (docs/reference/aircall-api.md section 2).
 */

import { type Answer, type Ask, answer, wholeNumber } from '../exchange.ts'
import { type CallRange, createRange } from '../world/call-range.ts'
import type { AircallServerOptions } from './options.ts'
import { badParameter, MAX_ROWS, metaOf, placeOf } from './paging.ts'
import type { RawCall } from './types.ts'

const DAY_SECONDS = 86_400

/** Filters of `/search`: tags are an AND of ids, and a number is found by its digits (section 2). */
function wanted(call: RawCall, query: URLSearchParams): boolean {
  const direction = query.get('direction')
  if (direction && call.direction !== direction) return false
  const user = query.get('user_id')
  if (user && String(call.user?.id) !== user) return false
  const digits = query.get('phone_number')?.replaceAll(/\D/g, '')
  const numbers = [call.raw_digits, call.number?.digits].map((one) => (one ?? '').replaceAll(/\D/g, ''))
  if (digits && !numbers.includes(digits)) return false
  const held = Array.isArray(call['tags']) ? call['tags'].map((tag: { id?: unknown }) => String(tag.id)) : []
  return query.getAll('tags[]').every((tag) => held.includes(tag))
}

function filterRange(range: CallRange<RawCall>, query: URLSearchParams): CallRange<RawCall> {
  const filters = ['direction', 'user_id', 'phone_number', 'tags[]']
  if (!filters.some((name) => query.has(name))) return range
  const found = range.page(0, range.total, 'asc').filter((call) => wanted(call, query))
  return createRange(found.length, (at) => found[at] as RawCall)
}

function enrich(call: RawCall, query: URLSearchParams): RawCall {
  const wantsContact = query.get('fetch_contact') === 'true'
  const wantsUrls = query.get('fetch_short_urls') === 'true'
  if (!wantsContact && !wantsUrls) return call
  const short = (url: string | null): string | null =>
    url ? `https://short-urls.aircall.io/v1/${call.id}` : null
  return {
    ...call,
    // Shared contacts only, and anonymous callers have none.
    ...(wantsContact && call.raw_digits?.startsWith('+') && call.id % 2 === 0
      ? {
          contact: {
            id: call.id,
            phone_numbers: [{ label: 'Work', value: call.raw_digits }],
            is_shared: true,
          },
        }
      : {}),
    ...(wantsUrls
      ? { recording_short_url: short(call.recording), voicemail_short_url: short(call.voicemail) }
      : {}),
  }
}

const pagesServed = new WeakMap<AircallServerOptions, number>()

/** A busy line: a call comes in while a reader is paging. */
function letCallArrive(o: AircallServerOptions): void {
  const pages = (pagesServed.get(o) ?? 0) + 1
  pagesServed.set(o, pages)
  const every = o.switches.arrivalEveryPages
  if (every > 0 && pages % every === 0) o.state.addCall()
}

/** `GET /v1/calls` and `/v1/calls/search`: `(from, to]` on `started_at`, ascending by default. */
export function listCalls(ask: Ask, o: AircallServerOptions, how: { searches: boolean }): Answer {
  letCallArrive(o)
  const place = placeOf(ask)
  if ('status' in place) return place
  const from = wholeNumber(ask.query, 'from', Number.NEGATIVE_INFINITY)
  const to = wholeNumber(ask.query, 'to', Number.POSITIVE_INFINITY)
  if (Number.isNaN(from)) return badParameter('from')
  if (Number.isNaN(to)) return badParameter('to')
  const edge = o.state.nowSeconds - o.switches.retentionDays * DAY_SECONDS
  const inWindow = o.state.range(Math.max(from, edge), to)
  const range = how.searches ? filterRange(inWindow, ask.query) : inWindow
  const order = ask.query.get('order') === 'desc' ? 'desc' : 'asc'
  const calls = range.page((place.page - 1) * place.perPage, place.perPage, order)
  const shown = o.switches.totals === 'saturated' ? Math.min(range.total, MAX_ROWS) : range.total
  const counts = { count: calls.length, total: range.total, shown, links: o.switches.pageLinks }
  return answer(200, {
    meta: metaOf(ask, place, counts),
    calls: calls.map((call) => enrich(call, ask.query)),
  })
}
