import { isLoopback } from '../config/environment.ts'
import { UsageError } from '../errors.ts'
import { Inbox } from '../inbox/inbox.ts'
import { type InboxServer, startInboxServer } from '../inbox/server.ts'
import { Tally } from '../inbox/tally.ts'
import { noProgress } from '../report/live/progress.ts'
import { formatNoun } from '../report/text/words.ts'
import { acquireLock } from '../store/lock.ts'
import { emptyMemory, type Listener, type ListenOptions } from './listen/listener.ts'
import { metricsOf, readinessOf } from './listen/standing.ts'
import { LOOK_AGAIN_MS, openTokens, type Tokens } from './listen/tokens.ts'
import { watchWebhook } from './listen/webhook-watch.ts'
import { Worker } from './listen/worker.ts'
import { reconcile } from './reconcile.ts'
import { connectAircall, connectPlanhat } from './run/connect.ts'
import type { Surroundings } from './run/surroundings.ts'
import { LISTENER } from './run/take-lock.ts'

export interface ListenRequest extends ListenOptions {
  readonly allowPublicBind: boolean
  /** The environment itself: what it says of the token wins over the env file. */
  readonly own: Readonly<Record<string, string | undefined>>
  /** Told once it listens, with the whole address. */
  readonly onListening: (url: string) => void
}

/** docs/contract.md section 9: stopped within 10 s, whatever a server makes a request wait for. */
const STOP_MS = 8_000

/**
 * Receives Aircall's webhooks and brings each call over, until it is stopped. Two things go on beside each other: the
 * server puts hints on disk and answers; the worker works them off, catches up and reconciles, under the profile's lock
 * only while work is in hand. Trouble of the one is none of the other.
 * @returns whether everything in hand was ended in time.
 * @throws UsageError LISTEN_PUBLIC (2), FatalError WEBHOOK_TOKEN, LISTEN_PORT,
 * *_CREDENTIALS (7), LockedError LISTENING (11).
 */
export async function listen(
  world: Surroundings,
  request: ListenRequest,
): Promise<{ readonly isClean: boolean }> {
  checkHost(request)
  const tokens = openTokens(world, request)
  // What is missing is said now, not after the first event.
  connectAircall(world)
  connectPlanhat(world)
  const { stateDir } = world.settings
  const place = acquireLock(stateDir, { command: LISTENER, nowMs: world.clock.nowMs(), name: 'listener' })
  try {
    let onWork = () => {}
    const inbox = new Inbox({
      dir: stateDir,
      clock: world.clock,
      graceMs: request.graceMs,
      onWork: () => onWork(),
    })
    try {
      await inbox.recover()
      const listener = toListener(world, request, inbox)
      const worker = createWorker(listener)
      onWork = () => worker.wake()
      return await serve({ listener, worker, tokens }, request)
    } finally {
      inbox.close()
    }
  } finally {
    place.release()
  }
}

function checkHost({ host, allowPublicBind }: ListenRequest): void {
  if (allowPublicBind || isLoopback(host)) return
  throw new UsageError(
    'LISTEN_PUBLIC',
    `${host} can be reached from other machines, where the token would travel in clear.`,
    {
      suggestions: [
        'listen on 127.0.0.1 behind a proxy with TLS (docs/listen.md)',
        'in a container, or where you know better: --allow-public-bind',
      ],
    },
  )
}

function toListener(world: Surroundings, options: ListenOptions, inbox: Inbox): Listener {
  return { ...world, progress: noProgress, options, inbox, memory: emptyMemory() }
}

export function createWorker(listener: Listener): Worker {
  return new Worker(listener, {
    watchWebhook: () => watchWebhook(listener),
    reconcile: async () => {
      const until = Math.floor(listener.clock.nowMs() / 1000)
      const range = { since: until - Math.floor(listener.options.windowMs / 1000), until }
      const people = { overwriteEdits: false, restoreDeleted: false }
      const more = { prune: false, exitCode: false, transcripts: true, maxDeletes: 0 }
      await reconcile(listener, { range, fix: true, ...people, ...more })
    },
  })
}

interface Serving {
  readonly listener: Listener
  readonly worker: Worker
  readonly tokens: Tokens
}

async function serve(
  { listener, worker, tokens }: Serving,
  request: ListenRequest,
): Promise<{ isClean: boolean }> {
  const { log, clock, inbox, signal } = listener
  const sayRefused = (count: number) =>
    log.warn(
      'DELIVERY_REFUSED',
      `Refused ${formatNoun(count, 'delivery', 'deliveries')} without a right token.`,
    )
  const tally = new Tally({ clock, sayRefused })
  const server = await startInboxServer({
    host: request.host,
    port: request.port,
    path: request.path,
    isToken: tokens.isToken,
    accept: (hint) => inbox.accept(hint),
    readiness: () => readinessOf(listener, worker.troubles),
    metrics: () => metricsOf(listener, worker.troubles, tally),
    onAnswer: ({ status }) => tally.note(status),
  })
  const looking = setInterval(() => tokens.refresh(), LOOK_AGAIN_MS)
  try {
    await inbox.note('listenerUrl', server.url)
    await inbox.note('listenerSince', new Date(clock.nowMs()).toISOString())
    request.onListening(server.url)
    const work = worker.run()
    // The work ends by a stop, or where not even the inbox can be read any more: that is said, and the process ends.
    await Promise.race([stopped(signal), work])
    const isClean = await end(server, work)
    // Left in the middle of it by our own will: nothing to hold against these calls.
    if (!isClean) await inbox.giveBack(listener.memory.inHand)
    return { isClean }
  } finally {
    clearInterval(looking)
    await server.close()
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/**
 * No new deliveries; what is in flight is ended. False where a server let it
 * wait too long: the work is taken up by the next start.
 */
async function end(server: InboxServer, work: Promise<void>): Promise<boolean> {
  server.refuse()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), STOP_MS)
  })
  const isClean = await Promise.race([work.then(() => true), late])
  clearTimeout(timer)
  return isClean
}

/** @throws UsageError LISTEN_PATH, FatalError where it is none. */
export function readPath(text: string): string {
  if (/^\/[\w\-./~%]*$/.test(text) && !['/healthz', '/readyz', '/metrics'].includes(text)) return text
  throw new UsageError(
    'LISTEN_PATH',
    "The path of the deliveries begins with / and is none of the listener's own.",
    {
      suggestions: ['aircall-sync listen --path /aircall'],
    },
  )
}
