import { join } from 'node:path'
import { PRIVATE, writeWhole } from '../files/draft.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { listen } from './listen.ts'
import type { Surroundings } from './run/surroundings.ts'

const DAY_MS = 86_400_000
const LOOK_MS = 100
/** Until the first catch-up is over: the call is to come by its events. */
const QUIET_MS = 1_500
const PATIENCE_MS = 60_000
const TALK_SECONDS = 180

/** How long one call took from its end, in seconds; null where that did not come about. */
export interface LiveCall {
  readonly record: number | null
  readonly transcript: number | null
}

/**
 * Listens to the sandbox's webhook, lets one call end, and waits until its
 * record and its transcript are in Planhat.
 */
export async function bringLiveCall(
  world: Surroundings,
  sandbox: Sandbox,
  folder: string,
): Promise<LiveCall> {
  const hook = sandbox.webhooks.add('http://127.0.0.1/aircall')
  const envFile = join(folder, 'listen.env')
  writeWhole(envFile, `${world.settings.webhook.variable}=${hook.token}\n`, PRIVATE)
  const stop = new AbortController()
  let found: LiveCall | null = null
  const ended = listen(
    { ...world, signal: AbortSignal.any([world.signal, stop.signal]) },
    {
      host: '127.0.0.1',
      port: 0,
      path: '/aircall',
      catchUpMs: 0,
      reconcileMs: 0,
      windowMs: DAY_MS,
      graceMs: 0,
      envFile,
      revives: true,
      allowPublicBind: false,
      own: {},
      onListening(url) {
        hook.url = url
        void world.clock
          .sleep(QUIET_MS, world.signal)
          .then(() => watchCall(world, sandbox, endCall(sandbox)))
          .then((seen) => {
            found = seen
          })
          // A person stopped it; whatever else it was, the call is shown as not in time.
          .catch(() => {})
          .finally(() => stop.abort())
      },
    },
  )
  await ended
  world.signal.throwIfAborted()
  return found ?? { record: null, transcript: null }
}

/** A customer who is known hangs up at this moment, and the transcript is ready. */
function endCall({ aircall, world }: Sandbox): number {
  const caller = world.callers.known.find(({ truth }) => truth.bucket === 'matched')
  const startedAt = aircall.nowSeconds - TALK_SECONDS
  const times = { started_at: startedAt, answered_at: startedAt + 5, ended_at: aircall.nowSeconds }
  const { id } = aircall.addCall({ ...times, ...(caller && { raw_digits: caller.raw }) }, caller?.truth)
  aircall.ripen(id)
  return id
}

async function watchCall(
  { clock, signal }: Surroundings,
  { planhat }: Sandbox,
  id: number,
): Promise<LiveCall> {
  const sinceMs = clock.nowMs()
  const secondsSince = () => (clock.nowMs() - sinceMs) / 1000
  const isThere = (kind: string) => planhat.conversations.byExternalId(`${id}-${kind}`).length > 0
  let record: number | null = null
  let transcript: number | null = null
  while ((record === null || transcript === null) && secondsSince() * 1000 < PATIENCE_MS) {
    await clock.sleep(LOOK_MS, signal)
    if (record === null && isThere('cold call')) record = secondsSince()
    if (transcript === null && isThere('transcript')) transcript = secondsSince()
  }
  return { record, transcript }
}
