import { parentPort } from 'node:worker_threads'
import { systemClock } from '../../http/clock.ts'
import type { Log } from '../../report/live/log.ts'
import type { Progress } from '../../report/live/progress.ts'
import type { Summary } from '../../report/summary.ts'
import { apply } from '../apply.ts'
import { backfill } from '../backfill.ts'
import { reconcile } from '../reconcile.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { packError, unpackError } from './packed-error.ts'
import { unpackSettings } from './packed-settings.ts'
import type { Errand, News, Order, Reply, Requests, Task } from './words.ts'

/** The thread behind `runInThread`: one run, then it ends. */
const TASKS: { [T in Task]: (world: Surroundings, request: Requests[T]) => Promise<Summary> } = {
  backfill,
  apply,
  reconcile,
}

const tell = (news: News) => parentPort?.postMessage(news)
const controller = new AbortController()
let replied: ((reply: Reply) => void) | null = null

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'begin') void carryOut(order.errand)
  else if (order.kind === 'stop') controller.abort(new DOMException(order.reason, 'AbortError'))
  else replied?.(order.reply)
})

async function carryOut<T extends Task>({ task, request, ...rest }: Errand<T>): Promise<void> {
  try {
    tell({ kind: 'done', summary: await TASKS[task](surroundingsOf(rest), request) })
  } catch (error) {
    tell({ kind: 'failed', error: packError(error) })
  }
}

function surroundingsOf({ settings, allow, reveal, mayAsk }: Omit<Errand, 'task' | 'request'>): Surroundings {
  return {
    settings: unpackSettings(settings),
    clock: systemClock,
    signal: controller.signal,
    log,
    progress,
    allow,
    reveal,
    ...(mayAsk && { confirm: ask }),
  }
}

const log: Log = {
  info: (...args) => tell({ kind: 'log', saying: { method: 'info', args } }),
  warn: (...args) => tell({ kind: 'log', saying: { method: 'warn', args } }),
  error: (...args) => tell({ kind: 'log', saying: { method: 'error', args } }),
  debug: (...args) => tell({ kind: 'log', saying: { method: 'debug', args } }),
}

/** As often as a bar is drawn: a step that nobody could see is not told. */
const REDRAW_MS = 100
let updatedMs = Number.NEGATIVE_INFINITY

const progress: Progress = {
  start(...args) {
    updatedMs = Number.NEGATIVE_INFINITY
    tell({ kind: 'progress', saying: { method: 'start', args } })
  },
  update(...args) {
    const nowMs = performance.now()
    if (nowMs - updatedMs < REDRAW_MS) return
    updatedMs = nowMs
    tell({ kind: 'progress', saying: { method: 'update', args } })
  },
  line: (...args) => tell({ kind: 'progress', saying: { method: 'line', args } }),
  stop: () => tell({ kind: 'progress', saying: { method: 'stop', args: [] } }),
}

async function ask(question: string): Promise<boolean> {
  const reply = await new Promise<Reply>((resolve) => {
    replied = resolve
    tell({ kind: 'ask', question })
  })
  if (!reply.ok) throw unpackError(reply.error)
  return reply.yes
}
