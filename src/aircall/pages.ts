import type { Call, Warning } from '../domain.ts'
import { FatalError } from '../errors.ts'
import type { AircallClient, CallsPage, RejectedCall } from './client.ts'
import { fetchPages } from './prefetch.ts'
import { createProof, type Outcome, type Proof } from './proof.ts'
import {
  expectedTotal,
  MAX_POSITION,
  PAGE_SIZE,
  splitState,
  type Window,
  type WindowState,
} from './windows.ts'

/**
 * One step of a read. Store its calls and all its windows in one transaction
 * before asking for the next that is not here.
 */
export interface PageRead {
  /** Empty when the step only closes, or opens again, a window. */
  readonly calls: Call[]
  readonly rejected: RejectedCall[]
  readonly window: WindowState
  /** All windows of the read after this step: hand them in again to continue after a kill. */
  readonly windows: WindowState[]
  /** `again`: what the window brought so far no longer counts. `proved`: what it did not bring again is gone. */
  readonly outcome: 'page' | Outcome
  /** Calls expected in the whole read; null until that can be said. */
  readonly total: number | null
}

export interface ReadOptions {
  readonly client: Pick<AircallClient, 'listCalls'>
  /** From `openWindows`, or as a former `PageRead` left them. */
  readonly windows: readonly WindowState[]
  /** Distinct ids in `(from, to]` that this read has given; where they are not stored yet, that is done first. */
  readonly countSeen: (window: Window) => number
  readonly signal?: AbortSignal | undefined
  readonly onWarning: (warning: Warning) => void
  /** Pages of one window in flight, so that latency never costs rate. */
  readonly concurrency?: number
}

/** What a step does to its window: one new state, or several that take its place. */
interface Step {
  readonly page: Pick<CallsPage, 'calls' | 'rejected' | 'total'>
  readonly window: WindowState
  readonly states: readonly WindowState[]
  readonly outcome: PageRead['outcome']
}

const NOTHING = { calls: [], rejected: [], total: 0 }

/**
 * Reads every call of the windows, ascending, window by window. A window at Aircall's cap of 10,000 rows is
 * split; each is proved at its end: ids stored against the total Aircall reported. A difference is read
 * again once, then warned of as `window-mismatch`; a total that shrinks begins the window anew, because rows that
 * move up over the border of a page would be missed without any difference.
 *
 * Costs one request a page. No page that was stored is asked for again, except one when a part of a split
 * window does not begin like the whole.
 * @throws FatalError when a single second holds 10,000 calls; whatever the client throws.
 */
export async function* readCalls(options: ReadOptions): AsyncGenerator<PageRead> {
  const proof = createProof(options)
  let windows = [...options.windows]
  let announced: number | null = null
  for (;;) {
    const at = windows.findIndex(({ done }) => !done)
    const open = windows[at]
    if (open === undefined) return
    for await (const step of readWindow(open, options, proof)) {
      const { page, window, states, outcome } = step
      if (windows.length === 1 && states.length > 1 && page.total > MAX_POSITION) announced = page.total
      windows = windows.toSpliced(at, 1, ...states)
      const { calls, rejected } = page
      const total = expectedTotal(windows) ?? announced
      yield { calls, rejected, window, windows, outcome, total }
    }
  }
}

async function* readWindow(open: WindowState, options: ReadOptions, proof: Proof): AsyncGenerator<Step> {
  let window = open
  if (!isRead(window)) {
    for await (const page of fetchPages(window, options)) {
      const shrunk = proof.shrunk(window, page.total)
      if (shrunk !== null) {
        yield { page: NOTHING, window: shrunk, states: [shrunk], outcome: 'again' }
        return
      }
      proof.noteRejected(window, page)
      window = { ...window, total: page.total, nextPage: window.nextPage + 1 }
      const isFull = page.total >= (MAX_POSITION / PAGE_SIZE) * page.perPage
      const states = isFull ? splitFurther(window, page, proof) : [window]
      yield { page, window, states, outcome: 'page' }
      if (isFull) return
    }
  }
  const closed = proof.close(window)
  const { outcome } = closed
  yield { page: NOTHING, window: closed.window, states: [closed.window], outcome }
}

/** All its pages were stored by a run that was killed before the proof. */
function isRead({ total, nextPage }: WindowState): boolean {
  return total !== null && nextPage > 1 && (nextPage - 1) * PAGE_SIZE >= total
}

function splitFurther(window: WindowState, page: CallsPage, proof: Proof): WindowState[] {
  if (window.to - window.from <= 1) {
    const second = new Date(window.to * 1_000).toISOString()
    const message = `Aircall lists at most ${MAX_POSITION} calls a query, and the second ${second} alone has that many`
    throw new FatalError('AIRCALL_SECOND_FULL', message, {
      suggestions: [`read the ranges before and after it: --until ${second}, then --since one second later`],
    })
  }
  const last = page.calls.reduce<number | null>(
    (max, { startedAt }) => Math.max(max ?? startedAt, startedAt),
    null,
  )
  const states = splitState(window, last)
  const [first] = states
  if (first !== undefined && first.nextPage > 1) proof.inherit(window, first)
  return states
}
