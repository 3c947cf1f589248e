import { join, resolve } from 'node:path'
import type { DateRange } from '../domain.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { PRIVATE, writeWhole } from '../files/draft.ts'
import { createHygieneList } from '../match/hygiene.ts'
import { CSV_COLUMNS, csvRows } from '../report/manager/csv.ts'
import { createFigures, isWithin, LONGEST_CALL_S } from '../report/manager/figures.ts'
import { gapsOf } from '../report/manager/gaps.ts'
import type { Figures, ManagerModel } from '../report/manager/model.ts'
import { type ManagerResult, toResult } from '../report/manager/result.ts'
import { createInsightTally } from '../report/page/insight-tally.ts'
import { callsOf } from '../report/page/tally.ts'
import { formatRange } from '../report/text/moments.ts'
import { explainUnwritable, writeCsv } from '../review/write.ts'
import { openStore, type Store } from '../store/store.ts'
import { noteHeard } from './planning/count-insights.ts'
import { createMatcher, type Matcher } from './planning/matcher.ts'
import { createBreather } from './run/breathe.ts'
import { checkOutput } from './run/check-output.ts'
import { hygieneRows } from './run/report.ts'
import { isoOf } from './run/run.ts'
import { openDesk } from './run/session.ts'
import type { Surroundings } from './run/surroundings.ts'

export interface ReportRequest {
  readonly range: DateRange
  readonly output?: string
  readonly csv?: string
  readonly overwrite: boolean
  /** The command that reads this range, for whoever has not read it yet. */
  readonly readCommand: string
}

/** Distinct numbers counted for the hygiene list; beyond it the rarest are dropped, so that memory stays flat. */
const MAX_NUMBERS = 5_000

/** What a range of calls was like, from the local state alone: no request, no credentials, nothing changed. */
export async function report(
  world: Surroundings,
  request: ReportRequest,
): Promise<{ result: ManagerResult; model: ManagerModel }> {
  checkFiles(request)
  const store = openStore(world.settings.stateDir, { readOnly: true })
  try {
    const gathered = await gather(world, store, request)
    const model = modelOf(world, request, gathered)
    const path = request.output ?? join(store.runs.freshDir(request.range.since * 1000), 'report.html')
    await writeFiles(path, request, model)
    const files = { report: path, csv: request.csv ?? '' }
    return { model, result: toResult(model.figures, { ...model, files }) }
  } finally {
    store.close()
  }
}

function checkFiles({ output, csv, overwrite }: ReportRequest): void {
  checkOutput({ flag: '--output', path: output, overwrite })
  checkOutput({ flag: '--csv', path: csv, overwrite })
  if (output === undefined || csv === undefined || resolve(output) !== resolve(csv)) return
  throw new UsageError('OUTPUT_UNWRITABLE', `--output and --csv both name ${csv}.`, {
    suggestions: ['give them two names'],
  })
}

interface Gathered {
  readonly figures: Figures
  readonly hygiene: ManagerModel['hygiene']
  readonly insights: ManagerModel['insights']
  readonly hasIndex: boolean
  readonly unread: readonly DateRange[]
}

/** One pass over the calls, none of which is kept. */
async function gather(world: Surroundings, store: Store, request: ReportRequest): Promise<Gathered> {
  const { range, readCommand } = request
  const total = store.calls.count(range)
  const book = createFigures(range, world.settings.config.timezone)
  const hygiene = createHygieneList({ atMost: MAX_NUMBERS })
  const heard = createInsightTally(world.settings.config.timezone)
  const hasIndex = store.index.size.endUsers > 0
  const desk = openDesk(world, store)
  const matcher = hasIndex ? createMatcher(desk) : matchNothing(store)
  const breathe = createBreather(world.signal)
  world.progress.start(total, 'counting calls')
  let counted = 0
  for (const call of store.calls.iterate(around(range))) {
    const match = matcher(call)
    // A person who was erased and of whom something is left still.
    if (match.kind === 'filtered') continue
    book.add(call, match)
    await breathe()
    if (!isWithin(call, range)) continue
    if (hasIndex) hygiene.add(match)
    noteHeard(desk, heard, call)
    counted += 1
    world.progress.update(counted)
  }
  world.progress.stop()
  const figures = book.figures()
  if (callsOf(figures.total) === 0) throw nothingToReport(range, world.settings.config.timezone, readCommand)
  const unread = gapsOf(range, store.calls.finishedRanges(range))
  const insights = { sentiment: heard.heard('sentiment'), topics: heard.heard('topics') }
  return { figures, hygiene: hygieneRows(hygiene.ranked()), insights, hasIndex, unread }
}

/** Without an index nothing is known of whose a call is. */
function matchNothing(store: Store): Matcher {
  return ({ id }) =>
    store.erased.has('call', id)
      ? { kind: 'filtered', number: null, because: 'The person was erased.' }
      : { kind: 'unmatched', number: null, because: 'There is no index.', candidates: [] }
}

/** Calls before and after the range tell which of its calls continue another one. */
function around({ since, until }: DateRange): DateRange {
  return { since: Math.max(0, since - LONGEST_CALL_S), until: until + LONGEST_CALL_S }
}

function nothingToReport({ since, until }: DateRange, zone: string, readCommand: string): RefusedError {
  const range = formatRange({ since: isoOf(since * 1000), until: isoOf(until * 1000) }, zone)
  return new RefusedError('REPORT_EMPTY', `The local state holds no ended call from ${range}.`, {
    suggestions: [readCommand],
  })
}

function modelOf(
  world: Surroundings,
  { range, readCommand }: ReportRequest,
  gathered: Gathered,
): ManagerModel {
  const { settings, clock, log } = world
  const isoRange = (one: DateRange) => ({ since: isoOf(one.since * 1000), until: isoOf(one.until * 1000) })
  const { unread, ...rest } = gathered
  const zone = settings.config.timezone
  if (unread.length > 0) {
    const parts = unread.map((one) => formatRange(isoRange(one), zone)).join('; ')
    log.warn('REPORT_PARTIAL', `No run has read all of this range: ${parts}. To read it: ${readCommand}`)
  }
  return {
    ...isoRange(range),
    ...rest,
    timezone: zone,
    profile: settings.profile,
    reveal: world.reveal === true,
    unread: unread.map(isoRange),
    madeAt: isoOf(clock.nowMs()),
  }
}

/** The charts weigh half a megabyte of code, so they are loaded here and not with every command. */
async function writeFiles(
  path: string,
  { csv, overwrite }: ReportRequest,
  model: ManagerModel,
): Promise<void> {
  const { renderManagerReport } = await import('../report/manager/page.ts')
  const page = renderManagerReport(model)
  if (csv !== undefined) writeCsv(csv, CSV_COLUMNS, csvRows(model.figures.days), { overwrite })
  try {
    writeWhole(path, page, PRIVATE)
  } catch (error) {
    throw explainUnwritable(error, path)
  }
}
