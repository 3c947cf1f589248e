/**
 * Pages of the embedded Aircall's lists: bounds, the clamp, the cap and its odd
 * body (docs/reference/aircall-api.md section 2).
 */
import { type Answer, type Ask, answer, wholeNumber } from '../exchange.ts'

const MAX_PER_PAGE = 50
const DEFAULT_PER_PAGE = 20
export const MAX_ROWS = 10_000

/** Error shape (c), measured 2026-09-28: `errors` is a string. */
const OUT_OF_BOUND = answer(400, {
  error: 'Bad Request',
  data: null,
  message: 'BAD_REQUEST',
  errors:
    'Your query is limited to 10k results and pagination is out of bound, please use timestamps or other filters.',
  troubleshoot: 'BAD_REQUEST',
  success: false,
})

interface Place {
  readonly page: number
  readonly perPage: number
}

export function badParameter(name: string): Answer {
  return answer(400, { error: 'Bad Request', troubleshoot: `invalid value for ${name}` })
}

export function placeOf(ask: Ask): Place | Answer {
  const page = wholeNumber(ask.query, 'page', 1)
  const asked = wholeNumber(ask.query, 'per_page', DEFAULT_PER_PAGE)
  if (!(page >= 1)) return badParameter('page')
  if (!(asked >= 1)) return badParameter('per_page')
  const perPage = Math.min(asked, MAX_PER_PAGE)
  // The check is on the position, whatever the total is.
  return page * perPage > MAX_ROWS ? OUT_OF_BOUND : { page, perPage }
}

/** The link keeps the page, the size and the window, but none of the `fetch_*` parameters. */
function linkTo(ask: Ask, page: number, perPage: number): string {
  const query = new URLSearchParams({
    order: ask.query.get('order') ?? 'asc',
    page: String(page),
    per_page: String(perPage),
  })
  for (const name of ['from', 'to']) {
    const value = ask.query.get(name)
    if (value !== null) query.set(name, value)
  }
  return `https://api.aircall.io${ask.path}?${query}`
}

export function metaOf(
  ask: Ask,
  place: Place,
  o: { count: number; total: number; shown: number; links: string },
) {
  const { page, perPage } = place
  const isLast = page * perPage >= o.total
  const hasNext = o.links === 'honest' ? !isLast : o.links === 'always'
  return {
    count: o.count,
    total: o.shown,
    current_page: page,
    per_page: perPage,
    next_page_link: hasNext ? linkTo(ask, page + 1, perPage) : null,
    previous_page_link: page > 1 ? linkTo(ask, page - 1, perPage) : null,
  }
}

/** A page of a short list that is wholly in memory: users, numbers, teams. */
export function pageOf(ask: Ask, key: string, items: readonly unknown[]): Answer {
  const place = placeOf(ask)
  if ('status' in place) return place
  const offset = (place.page - 1) * place.perPage
  const rows = items.slice(offset, offset + place.perPage)
  const counts = { count: rows.length, total: items.length, shown: items.length, links: 'honest' }
  return answer(200, { meta: metaOf(ask, place, counts), [key]: rows })
}
