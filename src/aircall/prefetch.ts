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
 * parameters, so it only tells whether there is more (docs/reference/aircall-api.md section 2). Once the total is
 * known, up to `concurrency` requests are in flight. Ends at an empty page, at one that repeats, or when total and
 * link agree.
 */
export async function* fetchPages(window: WindowState, options: FetchOptions): AsyncGenerator<CallsPage> {
  const { concurrency = 4 } = options
  const stop = new AbortController()
  const ask = askUntil(window, options, stop.signal)
  const watch = createWatch(options.onWarning)
  const inFlight: Promise<CallsPage>[] = []
  let asked = window.nextPage - 1
  let last = pageCount(window.total ?? 0, PAGE_SIZE)
  try {
    for (let page = window.nextPage; page <= LAST_PAGE; page++) {
      const ahead = Math.max(page, Math.min(last, page + concurrency - 1))
      while (asked < ahead) inFlight.push(ask(++asked))
      const answer = await inFlight.shift()
      if (answer === undefined || watch.repeats(answer, page)) return
      yield answer
      last = pageCount(answer.total, answer.perPage)
      watch.link(answer, { isLast: page >= last })
      if (rowCount(answer) === 0 || (page >= last && answer.hasNext !== true)) return
    }
  } finally {
    stop.abort()
  }
}

/** Notices pages that repeat and links that lie, and says each once a window. */
function createWatch(onWarning: (warning: Warning) => void) {
  let previous = ''
  let hasWarned = false
  return {
    repeats(answer: CallsPage, page: number): boolean {
      const ids = [...answer.calls, ...answer.rejected].map(({ id }) => id ?? '?').join(' ')
      const isRepeated = ids !== '' && ids === previous
      previous = ids
      if (isRepeated)
        onWarning({ code: 'page-repeats', message: `Aircall sent page ${page - 1} again as page ${page}` })
      return isRepeated
    },
    link(answer: CallsPage, { isLast }: { isLast: boolean }): void {
      const { hasNext, total, page } = answer
      if (hasWarned || hasNext === null || hasNext === !isLast || rowCount(answer) === 0) return
      hasWarned = true
      const claim = hasNext ? 'another page' : 'no further page'
      const message = `Aircall's link promises ${claim} after page ${page}, but its total is ${total}`
      onWarning({ code: 'page-link', message })
    },
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

function rowCount({ calls, rejected }: CallsPage): number {
  return calls.length + rejected.length
}
