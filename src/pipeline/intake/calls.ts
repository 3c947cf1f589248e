import type { AircallClient } from '../../aircall/client.ts'
import { type PageRead, readCalls } from '../../aircall/pages.ts'
import { MAX_POSITION, PAGE_SIZE, toBounds, type WindowState } from '../../aircall/windows.ts'
import type { Call, DateRange } from '../../domain.ts'
import { formatNoun, sayPace } from '../../report/text/words.ts'
import { noteUnread } from '../run/failures.ts'
import type { Session } from '../run/session.ts'
import { conceal } from './conceal.ts'
import { warnNothingServed, warnOutsideHorizon } from './horizon.ts'
import { refreshInProgress } from './in-progress.ts'
import { type OpenRead, openRead } from './open-read.ts'

export interface ReadResult {
  readonly id: number
  /** Calls of the range that Aircall returned. */
  readonly calls: number
  /** Every page was read and every window's total agreed. */
  readonly complete: boolean
  /** Calls that Aircall returned and that could not be understood. */
  readonly rejected: number
  /** Every window was read; false for a pilot that had enough. */
  readonly isThrough: boolean
  /** An earlier run had some of its pages. */
  readonly isContinued: boolean
}

export interface ReadOptions {
  readonly transcripts: boolean
  /** Begins anew, whatever an unfinished read left. */
  readonly anew?: boolean
  /**
   * The caller ends the read (`endRead`) once it has what it read the list for:
   * until then a next run goes on with it.
   */
  readonly staysOpen?: boolean
  /** Sees each page. True stops reading (a pilot has enough); the read stays open and is continued later. */
  readonly onPage?: (calls: readonly Call[]) => boolean
}

/** Reads every call of the range into the store, page by page; continues an unfinished read of the same range. */
export async function readRange(
  session: Session,
  client: AircallClient,
  range: DateRange,
  options: ReadOptions,
): Promise<ReadResult> {
  warnOutsideHorizon(session, range)
  const read = openRead(session, range, { anew: options.anew ?? false })
  session.progress.start(null, 'pages of Aircall calls')
  try {
    const { end, rejected } = await readPages(session, client, read, options)
    const calls = session.store.calls.countListed(read.id, toBounds(range))
    const result = { id: read.id, calls, rejected, isContinued: read.isContinued }
    if (end === 'enough') return { ...result, complete: false, isThrough: false }
    if (options.staysOpen !== true) endRead(session, result)
    await refreshInProgress(session, client)
    warnNothingServed(session, range, read.id)
    return { ...result, complete: end === 'complete', isThrough: true }
  } finally {
    session.progress.stop()
  }
}

/** Later runs list the range anew. */
export function endRead({ store, clock }: Session, read: Pick<ReadResult, 'id'>): void {
  store.calls.finishRead(read.id, clock.nowMs())
}

/** A kill costs at most the pages of a twentieth of a second. */
const A_PAGE_EACH = 20 * 60
const MOST_TOGETHER = 4

interface PagesRead {
  readonly end: 'complete' | 'warned' | 'enough'
  readonly rejected: number
}

async function readPages(
  session: Session,
  client: AircallClient,
  read: OpenRead,
  options: ReadOptions,
): Promise<PagesRead> {
  const rejected = new Set<string>()
  let end: PagesRead['end'] = 'complete'
  let announced = false
  let arrived: PageRead[] = []
  const save = () => {
    const steps = arrived
    arrived = []
    if (steps.length > 0) saveSteps(session, read.id, steps)
  }
  const pages = readCalls({
    client,
    windows: read.windows,
    countSeen(window) {
      save()
      return session.store.calls.countSeen(read.id, window)
    },
    signal: session.signal,
    onWarning: ({ code, message }) => {
      end = 'warned'
      session.warn(code, message)
    },
  })
  try {
    for await (const page of pages) {
      arrived.push(page)
      if (arrived.length >= pagesTogether(client.perMinute)) save()
      if (!announced && page.total !== null) announce(session, client, page.total, options)
      announced = true
      noteRejected(session, page, rejected)
      showProgress(session, client, page.windows)
      if (options.onPage?.(page.calls) === true) return { end: 'enough', rejected: rejected.size }
    }
    return { end, rejected: rejected.size }
  } finally {
    save()
  }
}

function noteRejected(session: Session, page: PageRead, known: Set<string>): void {
  for (const { id, message } of page.rejected) {
    const name = id ?? message
    if (known.has(name)) continue
    known.add(name)
    noteUnread(session, id, message)
  }
}

/** At Aircall's rates every page is stored as it comes; where hundreds come in a second, storing each is most of it. */
function pagesTogether(perMinute: number): number {
  return Math.max(1, Math.min(MOST_TOGETHER, Math.round(perMinute / A_PAGE_EACH)))
}

/** One transaction for the pages that came together: a kill leaves them and the windows that say so, or neither. */
function saveSteps(session: Session, readId: number, steps: readonly PageRead[]): void {
  const { store, clock } = session
  const { calls } = store
  store.transaction(() => {
    for (const { outcome, window, calls: read } of steps) {
      if (outcome === 'again') calls.setAside(readId, window)
      if (outcome === 'proved') calls.dropAside(readId, window)
      calls.savePage(readId, conceal(session, read), clock.nowMs())
    }
    const last = steps.at(-1)
    if (last !== undefined) calls.saveWindows(readId, last.windows)
  })
}

function announce(session: Session, client: AircallClient, total: number, options: ReadOptions): void {
  announceCost(session, {
    calls: total,
    transcripts: options.transcripts,
    saturated: total === MAX_POSITION,
    perMinute: client.perMinute,
  })
}

/** The time left comes from the gate (requests left by the rate in force), not from how fast it went so far. */
function showProgress({ progress }: Session, client: AircallClient, windows: readonly WindowState[]): void {
  const total = windows.reduce((sum, window) => sum + pagesOf(window), 0)
  const done = windows.reduce((sum, window) => sum + (window.done ? pagesOf(window) : window.nextPage - 1), 0)
  progress.update(done, { total, etaMs: ((total - done) / client.perMinute) * 60_000 })
}

function pagesOf({ total }: Pick<WindowState, 'total'>): number {
  return Math.max(1, Math.ceil((total ?? 0) / PAGE_SIZE))
}

/** Said once a read, as soon as Aircall has told its total and before the second page. */
export function announceCost(
  { log }: Session,
  o: { calls: number; transcripts: boolean; saturated: boolean; perMinute: number },
): void {
  const pages = pagesOf({ total: o.calls })
  const most = o.transcripts ? o.calls : 0
  const atLeast = o.saturated ? 'at least ' : ''
  const transcripts = o.transcripts ? `, at most ${formatNoun(most, 'transcript')}` : ''
  log.info(
    `Aircall reports ${atLeast}${formatNoun(o.calls, 'call')}: ${formatNoun(pages, 'page')}${transcripts},`,
  )
  log.info(`${atLeast}${sayPace(pages + most, o.perMinute)}.`)
}
