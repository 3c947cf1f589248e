import { onTestFinished } from 'vitest'
import type { EventName } from '../../src/inbox/event.ts'
import { Inbox } from '../../src/inbox/inbox.ts'
import { emptyMemory, type Listener, type ListenOptions } from '../../src/pipeline/listen/listener.ts'
import { createWorker } from '../../src/pipeline/listen.ts'
import type { Surroundings } from '../../src/pipeline/run/surroundings.ts'
import { FakeClock } from '../http/support/fake-clock.ts'
import type { Journey, JourneyOptions } from './journey.ts'
import { DAY, startJourney } from './journey.ts'
import { SANDBOX_NOW_MS } from './sandbox.ts'

const OPTIONS: ListenOptions = {
  host: '127.0.0.1',
  port: 0,
  path: '/aircall',
  catchUpMs: 15 * 60_000,
  reconcileMs: 0,
  windowMs: 7 * DAY * 1000,
  graceMs: 0,
  envFile: '/nowhere/.env',
  revives: true,
}

/** A listener of a journey without its server: events are put into its inbox, and its worker does what is due. */
export function openListener(
  journey: Journey,
  more: { options?: Partial<ListenOptions>; world?: Partial<Surroundings> } = {},
) {
  const world = journey.world(more.world)
  const options = { ...OPTIONS, ...more.options }
  const inbox = new Inbox({ dir: world.settings.stateDir, clock: world.clock, graceMs: options.graceMs })
  onTestFinished(() => inbox.close())
  const listener: Listener = { ...world, options, inbox, memory: emptyMemory() }
  const worker = createWorker(listener)
  return {
    inbox,
    listener,
    worker,
    say: (event: EventName, callId: number | string) => inbox.accept({ event, callId: String(callId) }),
  }
}

/** An account whose past is in order, and a listener that has caught up with it. */
export async function startListening(
  o: JourneyOptions & { options?: Partial<ListenOptions>; world?: Partial<Surroundings> } = {},
) {
  const clock = new FakeClock(SANDBOX_NOW_MS)
  const sandbox = { calls: 20, endUsers: 40, days: 4, ...o.sandbox }
  const journey = await startJourney({ ...o, clock, sandbox })
  for (const { id } of journey.sandbox.aircall.calls()) journey.sandbox.aircall.ripen(id)
  const listening = openListener(journey, o)
  await listening.worker.settle()
  clock.jump(6 * 3_600_000)
  await listening.worker.settle()
  const { aircall, planhat, log, world } = journey.sandbox
  const matched = world.callers.known.filter(({ truth }) => truth.bucket === 'matched')
  let phoned = 0
  /** Somebody who is known phones, each time another; the call is over. */
  const phone = (change: Record<string, unknown> = {}) => {
    phoned += 1
    const known = matched[phoned % matched.length]
    if (known === undefined) throw new Error('nobody is known')
    const startedAt = aircall.nowSeconds - 120
    return aircall.addCall(
      {
        raw_digits: known.raw,
        started_at: startedAt,
        answered_at: startedAt + 5,
        ended_at: startedAt + 90,
        ...change,
      } as never,
      known.truth,
    )
  }
  /** Requests of each API while this is done. */
  const counting = async (work: () => Promise<unknown>) => {
    const before = log.length
    await work()
    const sent = (api: string) =>
      log
        .slice(before)
        .filter((one) => one.api === api)
        .map(({ method, path }) => `${method} ${path}`)
    return { aircall: sent('aircall'), planhat: sent('planhat') }
  }
  const recordsOf = (id: number | string) =>
    [...planhat.conversations.values()].filter(({ externalId }) => externalId?.startsWith(`${id}-`))
  return { ...journey, ...listening, clock, phone, counting, recordsOf }
}

export type Listening = Awaited<ReturnType<typeof startListening>>

/** So much time goes by, and what is due then is worked off. */
export async function pass(
  { clock, worker }: Pick<Listening, 'clock' | 'worker'>,
  ms: number,
): Promise<void> {
  clock.jump(ms)
  await worker.settle()
}
