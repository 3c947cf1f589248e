/**
 * An embedded Aircall and Planhat on loopback, with made-up data from a seed. It shares no code with
 * the clients, so that a mistake in one is not hidden by the same mistake in the other.
 */
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Clock } from '../domain.ts'
import { createAircallServer, isKnownToAircall } from './aircall/server.ts'
import { AircallState } from './aircall/state.ts'
import { type AutomationTrace, addFallbackContact, runAutomation } from './automation.ts'
import { createFaults, type FaultPlan, type FaultSettings } from './faults.ts'
import { type RequestLogEntry, startHost } from './host.ts'
import { createPlanhatServer, isKnownToPlanhat } from './planhat/server.ts'
import { createPlanhatState, type PlanhatState } from './planhat/state.ts'
import { createRateLimit } from './rate-limit.ts'
import { DEFAULT_SWITCHES, type Switches } from './switches.ts'
import { isTranscribed, type Transcription } from './transcription.ts'
import { WebhookBook } from './webhooks/book.ts'
import { Deliveries, runDeliveries } from './webhooks/deliveries.ts'
import { Happenings } from './webhooks/happenings.ts'
import { createCallMaker } from './world/call-maker.ts'
import { createIdSource } from './world/ids.ts'
import { createTruthBook, makeWorld } from './world/world.ts'
import type { Truth, World } from './world/world-types.ts'

export interface SandboxOptions {
  readonly seed?: number
  readonly calls?: number
  readonly endUsers?: number
  readonly companies?: number
  /** UNIX milliseconds; the world is made relative to it. */
  readonly nowMs: number
  /** 0 takes a free port. One port serves both: `/v1` and `/v2` are Aircall, the rest is Planhat. */
  readonly port?: number
  /** Requests a minute; null for no limit. */
  readonly aircallRpm?: number | null
  readonly planhatRpm?: number | null
  /** The calls are spread over so many days before now. */
  readonly days?: number
  readonly switches?: Partial<Switches>
  readonly faults?: FaultSettings
  /** Lines with transcription, and since when; without it, all lines and ever since. */
  readonly transcription?: Transcription | null
  /** Whether, or for which share of the calls, the live automation has run before. */
  readonly automation?: boolean | number
  /** The dash of the automation's subjects. */
  readonly automationDash?: string
  /** By default a clock that starts at `nowMs` and runs at the usual pace. */
  readonly clock?: Clock
}

export interface Sandbox {
  readonly url: string
  readonly env: Readonly<Record<EnvironmentName, string>>
  readonly world: World
  readonly aircall: AircallState
  readonly planhat: PlanhatState
  /** May be changed while it runs. */
  readonly switches: Switches
  readonly faults: FaultPlan
  /** The account's webhooks, and what goes to them: by itself on the running clock, else by `deliveries.tick()`. */
  readonly webhooks: WebhookBook
  readonly deliveries: Deliveries
  /** What the live automation did before; empty without it. */
  readonly automation: readonly AutomationTrace[]
  readonly log: RequestLogEntry[]
  /** What the made-up world says of a call, by construction. */
  truth(callId: number | string): Truth
  stop(): Promise<void>
}

export type EnvironmentName =
  | 'AIRCALL_API_ID'
  | 'AIRCALL_API_TOKEN'
  | 'AIRCALL_BASE_URL'
  | 'PLANHAT_API_TOKEN'
  | 'PLANHAT_BASE_URL'

/** Documented limits: docs/reference/aircall-api.md section 5, docs/reference/planhat-api.md section 1. */
const AIRCALL_RPM = 120
const PLANHAT_RPM = 200
const CREDENTIALS = { id: 'sandbox-id', token: 'sandbox-token', planhat: 'sandbox-planhat-token' }

function runningClock(nowMs: number): Clock {
  const startedAt = performance.now()
  return {
    nowMs: () => nowMs + Math.floor(performance.now() - startedAt),
    sleep: async (ms, signal) => {
      await sleepFor(ms, undefined, signal ? { signal } : {})
    },
  }
}

interface Parts {
  readonly world: World
  readonly aircall: AircallState
  readonly planhat: PlanhatState
  readonly automation: readonly AutomationTrace[]
}

/** Makes the data of both sides; nothing listens yet. */
function makeParts(o: SandboxOptions, clock: Clock, switches: Switches): Parts {
  const seed = o.seed ?? 1
  const people = o.endUsers ?? 400
  const companies = o.companies ?? Math.max(2, Math.ceil(people / 8))
  const world = makeWorld({ seed, endUsers: people, companies, nowMs: o.nowMs, newId: createIdSource(seed) })
  const timing = { seed, calls: o.calls ?? 1000, days: o.days ?? 60, nowMs: o.nowMs }
  const matures = (): boolean => switches.matureCalls
  const arrivalsPerMinute = (): number => switches.arrivalsPerMinute
  const transferMarks = () => switches.transferMarks
  const maker = createCallMaker({ ...timing, world, matures, arrivalsPerMinute, transferMarks })
  const aircall = new AircallState({
    world,
    maker,
    clock,
    matures,
    transcribes: ({ number, started_at }) => isTranscribed(o.transcription, number?.id ?? 0, started_at),
    truthOfNumber: createTruthBook(world),
  })
  const planhat = createPlanhatState(world)
  const share = o.automation === true ? 1 : Number(o.automation ?? 0)
  if (share <= 0) return { world, aircall, planhat, automation: [] }
  addFallbackContact(planhat.endUsers)
  const context = { state: planhat, switches, nowMs: o.nowMs }
  const automation = runAutomation({ aircall, context, seed, share, dash: o.automationDash ?? '–' })
  return { world, aircall, planhat, automation }
}

const TICK_MS = 250

function makeDeliveries(
  seed: number,
  o: { aircall: AircallState; clock: Clock; switches: Switches },
): { webhooks: WebhookBook; deliveries: Deliveries } {
  const webhooks = new WebhookBook({ ...o, seed })
  const follow = () => new Happenings({ state: o.aircall, seed, switches: o.switches })
  return { webhooks, deliveries: new Deliveries({ ...o, book: webhooks, follow, seed }) }
}

/** Starts the sandbox on 127.0.0.1. Throws a UsageError when the port is taken. */
export async function startSandbox(o: SandboxOptions): Promise<Sandbox> {
  const clock = o.clock ?? runningClock(o.nowMs)
  const switches: Switches = { ...DEFAULT_SWITCHES, ...o.switches }
  const parts = makeParts(o, clock, switches)
  const { webhooks, deliveries } = makeDeliveries(o.seed ?? 1, { aircall: parts.aircall, clock, switches })
  const delivering = o.clock === undefined ? runDeliveries(deliveries, TICK_MS) : null
  const log: RequestLogEntry[] = []
  const faults = createFaults(o.seed ?? 1, o.faults)
  const nowMs = (): number => clock.nowMs()
  const limitOf = (perMinute: number | null) =>
    createRateLimit({ perMinute, clock, window: () => switches.rateWindow })
  const aircallLimit = limitOf(o.aircallRpm === undefined ? AIRCALL_RPM : o.aircallRpm)
  const planhatLimit = limitOf(o.planhatRpm === undefined ? PLANHAT_RPM : o.planhatRpm)
  const { id, token } = CREDENTIALS
  const host = await startHost({
    port: o.port ?? 0,
    clock,
    faults,
    log,
    knows: (api, authorization) =>
      api === 'aircall'
        ? isKnownToAircall(authorization, { apiId: id, apiToken: token })
        : isKnownToPlanhat(authorization, CREDENTIALS.planhat),
    dateSkewMs: () => switches.dateSkewMs,
    maxParallel: () => switches.planhatParallel,
    aircall: createAircallServer(
      { state: parts.aircall, switches, webhooks, limit: aircallLimit, apiId: id, apiToken: token },
      nowMs,
    ),
    planhat: createPlanhatServer({
      state: parts.planhat,
      switches,
      limit: planhatLimit,
      token: CREDENTIALS.planhat,
      nowMs,
    }),
  })
  return {
    ...parts,
    url: host.url,
    env: {
      AIRCALL_API_ID: id,
      AIRCALL_API_TOKEN: token,
      AIRCALL_BASE_URL: host.url,
      PLANHAT_API_TOKEN: CREDENTIALS.planhat,
      PLANHAT_BASE_URL: host.url,
    },
    switches,
    faults,
    log,
    webhooks,
    deliveries,
    truth: (callId) => parts.aircall.truth(callId),
    async stop() {
      await delivering?.stop()
      await host.stop()
    },
  }
}
