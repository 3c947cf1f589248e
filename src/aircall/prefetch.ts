import type { Warning } from '../domain.ts'
import type { AircallClient, CallsPage } from './client.ts'
import { MAX_POSITION, PAGE_SIZE, type WindowState } from './windows.ts'

export interface FetchOptions {
  readonly client: Pick<AircallClient, 'listCalls'>
  readonly signal?: AbortSignal | undefined
  readonly onWarning: (warning: Warning) => void
  readonly concurrency?: number
}

/** `page * per_page > 10000` is refused even where it would be empty. */
const LAST_PAGE = MAX_POSITION / PAGE_SIZE

/**
 * The pages of one window from `nextPage` on, in order, by an own counter: `next_page_link` may drop
 * parameters, so it only tells whether there is more (aircall-api.md section 2). Once the total is known,
 * up to `concurrency` requests are in flight. Ends at an empty page, at one that repeats, or when total and
 * link agree.
 */
export async function* fetchPages(window: WindowState, options: FetchOptions): AsyncGenerator<CallsPage> {
  const { concurrency = 4, onWarning } = options
  const stop = new AbortController()
  const ask = askUntil(window, options, stop.signal)
  const inFlight: Promise<CallsPage>[] = []
  let asked = window.nextPage - 1
  let last = pageCount(window.total ?? 0, PAGE_SIZE)
  let previous = ''
  let warned = false
  try {
    for (let page = window.nextPage; page <= LAST_PAGE; page++) {
      while (asked < Math.max(page, Math.min(last, page + concurrency - 1))) inFlight.push(ask(++asked))
      const answer = await inFlight.shift()
      if (answer === undefined) return
      const ids = idsOf(answer)
      if (ids !== '' && ids === previous) {
        onWarning({ code: 'page-repeats', message: `Aircall sent page ${page - 1} again as page ${page}` })
        return
      }
      previous = ids
      yield answer
      last = pageCount(answer.total, answer.perPage)
      const linkLies = answer.hasNext !== null && ids !== '' && answer.hasNext !== page < last
      if (linkLies && !warned) onWarning(linkWarning(answer, page))
      warned ||= linkLies
      if (ids === '' || (page >= last && answer.hasNext !== true)) return
    }
  } finally {
    stop.abort()
  }
}

function askUntil(window: WindowState, options: FetchOptions, stop: AbortSignal) {
  const { client, signal } = options
  const { from, to } = window
  const ended = signal === undefined ? stop : AbortSignal.any([signal, stop])
  return (page: number): Promise<CallsPage> => {
    const answer = client.listCalls({ from, to, page, signal: ended })
    // It is awaited in its turn; until then, or when the reader left early, a failure is not "unhandled".
    answer.catch(() => undefined)
    return answer
  }
}

function pageCount(total: number, perPage: number): number {
  return Math.min(Math.ceil(total / perPage), LAST_PAGE)
}

function idsOf({ calls, rejected }: CallsPage): string {
  return [...calls.map(({ id }) => id), ...rejected.map(({ id }) => id ?? '?')].join(' ')
}

function linkWarning({ total, hasNext }: CallsPage, page: number): Warning {
  const claim = hasNext ? 'another page' : 'no further page'
  return {
    code: 'page-link',
    message: `Aircall's link promises ${claim} after page ${page}, its total is ${total}`,
  }
}
