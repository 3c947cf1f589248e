import { getHeapStatistics } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Summary } from '../../report/summary.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { packError, unpackError } from './packed-error.ts'
import { packSettings } from './packed-settings.ts'
import type { News, Order, Reply, Requests, Task } from './words.ts'

const ENTRY = import.meta.url.endsWith('.ts') ? './entry.ts' : './entry.js'

/**
 * V8 lets the space for new objects grow in a long run, to 128 MB on a machine that has them, whatever is in use, and puts
 * off collecting the old ones the longer the more they may take. A thread is the documented way to bound both
 * (https://nodejs.org/api/worker_threads.html, resourceLimits): a million calls need hardly more memory than ten thousand,
 * at no cost in time (docs/performance.md). 1 GB is several times what the largest answer takes that is read (64 MB).
 */
const YOUNG_MB = 24
const OLD_MB = 1024

let prepared: Worker | null = null

/** Starts a thread for the run that is to come: it loads what it needs while the command line is still being read. */
export function prepareThread(): void {
  prepared ??= spawn()
  // A command line that turns out to be wrong ends without waiting for it.
  prepared.unref()
}

/**
 * Carries out a run in a thread of its own, whose memory does not grow with the range. What it says is said here, what it
 * asks is asked here, and a stop here is a stop there.
 * @throws whatever the run throws, as the same class with the same code.
 */
export async function runInThread<T extends Task>(
  task: T,
  world: Surroundings,
  request: Requests[T],
): Promise<Summary> {
  const worker = prepared ?? spawn()
  prepared = null
  worker.ref()
  const order = (word: Order) => worker.postMessage(word)
  const stop = () => order({ kind: 'stop', reason: String(world.signal.reason?.message) })
  try {
    return await new Promise<Summary>((resolve, reject) => {
      worker.on('message', (news: News) => {
        if (news.kind === 'done') resolve(news.summary)
        else if (news.kind === 'failed') reject(unpackError(news.error))
        else carryOut(news, world, order)
      })
      worker.on('error', reject)
      worker.on('messageerror', reject)
      worker.on('exit', (code) => reject(new Error(`The thread of the run has ended with ${code}.`)))
      const settings = packSettings(world.settings)
      const { allow, reveal = false, confirm } = world
      order({
        kind: 'begin',
        errand: { task, request, settings, allow, reveal, mayAsk: confirm !== undefined },
      })
      if (world.signal.aborted) stop()
      else world.signal.addEventListener('abort', stop, { once: true })
    })
  } finally {
    world.signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

function spawn(): Worker {
  return new Worker(new URL(ENTRY, import.meta.url), {
    // Node 22 calls its SQLite experimental, once more in every thread.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: oldMb() },
  })
}

/** Where the machine, or whoever set --max-old-space-size, gives less, that holds. */
function oldMb(): number {
  return Math.min(OLD_MB, Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20))
}

function carryOut(
  news: Exclude<News, { kind: 'done' | 'failed' }>,
  world: Surroundings,
  order: (word: Order) => void,
): void {
  if (news.kind === 'log') say(world.log, news.saying)
  else if (news.kind === 'progress') say(world.progress, news.saying)
  else void ask(world, news.question).then((reply) => order({ kind: 'reply', reply }))
}

function say<T extends object>(to: T, { method, args }: { method: keyof T; args: readonly unknown[] }): void {
  const speak = to[method] as (...args: readonly unknown[]) => void
  speak(...args)
}

async function ask({ confirm }: Surroundings, question: string): Promise<Reply> {
  try {
    return { ok: true, yes: (await confirm?.(question)) ?? false }
  } catch (error) {
    return { ok: false, error: packError(error) }
  }
}
