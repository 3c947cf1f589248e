import { MultiBar, type SingleBar } from 'cli-progress'
import type { Clock } from '../../domain.ts'
import { formatCount, formatDuration } from '../text/words.ts'

/** How far a long piece of work has come: a bar on a terminal, a plain line every 30 s elsewhere. */
export interface Progress {
  /** `total` null when it is not known yet. Ends what ran before. */
  start(total: number | null, label: string): void
  update(done: number, more?: { total?: number; etaMs?: number | null }): void
  /** A line of text that does not disturb the bar. */
  line(message: string): void
  stop(): void
}

/** Says nothing at all. */
export const noProgress: Progress = { start() {}, update() {}, line() {}, stop() {} }

interface ProgressOptions {
  /** A whole stream where it is a terminal; elsewhere whatever takes lines. */
  readonly stream: Pick<NodeJS.WritableStream, 'write'>
  /** A terminal that may get cursor codes. */
  readonly isTTY: boolean
  readonly enabled: boolean
  readonly clock: Clock
}

// Long enough for a log that stays readable overnight, short enough to be a sign of life.
export const PLAIN_LINE_EVERY_MS = 30_000

interface State {
  label: string
  done: number
  total: number | null
  etaMs: number | null
}

export function createProgress(o: ProgressOptions): Progress {
  if (!o.enabled) return createSilentProgress(o.stream)
  return o.isTTY ? createBar(o.stream as NodeJS.WritableStream) : createPlainLines(o)
}

/** One sentence: `reading calls: 1,200 of 5,000 (24 %), about 12 min left`. */
export function describeProgress(state: Readonly<State>): string {
  const known = state.total !== null && state.total > 0
  const count = known
    ? `${formatCount(state.done)} of ${formatCount(state.total ?? 0)} (${percent(state)} %)`
    : `${formatCount(state.done)} so far`
  const left = state.etaMs === null ? '' : `, about ${formatDuration(state.etaMs)} left`
  return `${state.label}: ${count}${left}`
}

function createSilentProgress(stream: ProgressOptions['stream']): Progress {
  return { start() {}, update() {}, line: (message) => void stream.write(`${message}\n`), stop() {} }
}

function createPlainLines(o: ProgressOptions): Progress {
  let running: { state: State; stopper: AbortController } | null = null
  const stop = () => {
    running?.stopper.abort()
    running = null
  }
  return {
    start(total, label) {
      stop()
      running = { state: { label, done: 0, total, etaMs: null }, stopper: new AbortController() }
      void tick(o, running.state, running.stopper.signal)
    },
    update: (done, more) => void (running !== null && apply(running.state, done, more)),
    line: (message) => void o.stream.write(`${message}\n`),
    stop,
  }
}

async function tick(o: ProgressOptions, state: Readonly<State>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // The sleep rejects when the work is over: nothing more to say then.
    await o.clock.sleep(PLAIN_LINE_EVERY_MS, signal).catch(() => undefined)
    if (!signal.aborted) o.stream.write(`${describeProgress(state)}\n`)
  }
}

function createBar(stream: NodeJS.WritableStream): Progress {
  let running: { state: State; bars: MultiBar; bar: SingleBar } | null = null
  const stop = () => {
    running?.bars.stop()
    running = null
  }
  return {
    start(total, label) {
      stop()
      const state = { label, done: 0, total, etaMs: null }
      const bars = new MultiBar({
        stream,
        format: '{bar} {text}',
        barsize: 16,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        hideCursor: true,
        clearOnComplete: true,
        // The command's own signal handling decides when the process ends.
        gracefulExit: false,
      })
      running = { state, bars, bar: bars.create(total ?? 0, 0, { text: describeProgress(state) }) }
    },
    update(done, more) {
      if (running === null) return
      apply(running.state, done, more)
      running.bar.setTotal(running.state.total ?? 0)
      running.bar.update(done, { text: describeProgress(running.state) })
    },
    line: (message) =>
      void (running === null ? stream.write(`${message}\n`) : running.bars.log(`${message}\n`)),
    stop,
  }
}

function apply(state: State, done: number, more: { total?: number; etaMs?: number | null } = {}): void {
  state.done = done
  if (more.total !== undefined) state.total = more.total
  if (more.etaMs !== undefined) state.etaMs = more.etaMs
}

function percent(state: Readonly<State>): number {
  return Math.min(100, Math.floor((state.done / (state.total ?? 1)) * 100))
}
