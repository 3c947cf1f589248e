import { type AircallClient, createAircallClient } from '../../aircall/client.ts'
import { createWebhookClient, type WebhookClient } from '../../aircall/webhooks.ts'
import { revealProxy } from '../../config/proxy.ts'
import type { Clock } from '../../domain.ts'
import { FatalError } from '../../errors.ts'
import { createHttpClient, type HttpClient } from '../../http/client.ts'
import { createGate } from '../../http/gate.ts'
import {
  createPlanhatReader,
  createPlanhatWriter,
  type PlanhatReader,
  type PlanhatWriter,
} from '../../planhat/client.ts'
import { PaceRecord } from '../../store/pace/pace-record.ts'
import type { ClientCounts, Host } from './client-counts.ts'
import { sayRetry, sayWait } from './say-wait.ts'
import type { Surroundings } from './surroundings.ts'

/** At a desk, every client is counted; a command without one has nowhere to count it. */
type Connecting = Surroundings & { readonly clients?: ClientCounts }

const USER_AGENT = 'aircall-sync'

/** A diagnosis does not try for minutes. */
export type ConnectOptions = { readonly maxAttempts?: number; readonly timeoutMs?: number }

/** Aircall's calls and its webhooks behind one gate, so that both together keep the limit. */
export interface AircallConnection {
  readonly calls: AircallClient
  readonly webhooks: WebhookClient
}

/** The Aircall client of a run, behind one gate. @throws FatalError AIRCALL_CREDENTIALS when a variable is missing. */
export function connectAircall(world: Connecting, o: ConnectOptions = {}): AircallClient {
  return connectAircallAccount(world, o).calls
}

/** The same, with the account's webhooks: all that this program ever changes at Aircall. */
export function connectAircallAccount(world: Connecting, o: ConnectOptions = {}): AircallConnection {
  const { credentials, aircallBaseUrl, config } = world.settings
  if (credentials.aircall === null) {
    throw new FatalError(
      'AIRCALL_CREDENTIALS',
      'Aircall needs AIRCALL_API_ID and AIRCALL_API_TOKEN; one or both are not set.',
      {
        suggestions: [
          'make a key in Aircall: Dashboard > Integrations & API > API keys (an admin sees the token once)',
          'put both in the environment or in a .env file here, then run: aircall-sync doctor',
        ],
      },
    )
  }
  const { id, token } = credentials.aircall
  const pair = Buffer.from(`${id.reveal()}:${token.reveal()}`).toString('base64')
  const http = createHttpClient({
    baseUrl: aircallBaseUrl,
    authorization: `Basic ${pair}`,
    proxy: revealProxy(world.settings.proxy),
    gate: gateOf(world, 'aircall', config.limits.aircallPerMinute),
    clock: world.clock,
    ...o,
    userAgent: USER_AGENT,
    resetHeader: 'x-aircallapi-reset',
    limitHeader: 'x-aircallapi-limit',
    onRetry: (event) => sayRetry(world, 'aircall', event),
  })
  const calls = createAircallClient(http)
  return { calls: world.clients?.register('aircall', calls) ?? calls, webhooks: createWebhookClient(http) }
}

export interface PlanhatConnection {
  readonly reader: PlanhatReader
  /** Builds the only object of this program that can change Planhat; a dry run never calls it. */
  readonly openWriter: () => PlanhatWriter
}

/** Planhat behind one gate, reading by default. @throws FatalError PLANHAT_CREDENTIALS when the token is missing. */
export function connectPlanhat(world: Connecting, o: ConnectOptions = {}): PlanhatConnection {
  const http = planhatHttp(world, o)
  return { reader: createPlanhatReader(http), openWriter: () => createPlanhatWriter(http) }
}

function planhatHttp(world: Connecting, o: ConnectOptions = {}): HttpClient {
  const { credentials, planhatBaseUrl, config } = world.settings
  if (credentials.planhat === null) {
    throw new FatalError('PLANHAT_CREDENTIALS', 'Planhat needs PLANHAT_API_TOKEN, which is not set.', {
      suggestions: [
        'make a token in Planhat: Settings > Private Apps > API Access Token (shown once)',
        'put it in the environment or in a .env file here, then run: aircall-sync doctor',
      ],
    })
  }
  const http = createHttpClient({
    baseUrl: planhatBaseUrl,
    authorization: `Bearer ${credentials.planhat.reveal()}`,
    proxy: revealProxy(world.settings.proxy),
    gate: gateOf(world, 'planhat', config.limits.planhatPerMinute),
    clock: world.clock,
    ...o,
    userAgent: USER_AGENT,
    onRetry: (event) => sayRetry(world, 'planhat', event),
  })
  return world.clients?.register('planhat', http) ?? http
}

/** Planhat for a dry run: the client under it refuses anything but reading, so no path to a write exists. */
export function connectPlanhatToRead(
  world: Connecting,
  o: ConnectOptions = {},
): Pick<PlanhatConnection, 'reader'> {
  return { reader: createPlanhatReader(readingOnly(planhatHttp(world, o))) }
}

function readingOnly(http: HttpClient): HttpClient {
  return {
    stats: http.stats,
    perMinute: http.perMinute,
    request: (request) => {
      if (request.method !== 'GET') throw new Error(`A dry run tried to ${request.method} ${request.path}.`)
      return http.request(request)
    },
  }
}

function gateOf(world: Connecting, host: Host, perMinute: number) {
  return createGate({
    perMinute,
    clock: noteSleep(world, host),
    shared: new PaceRecord(world.settings.stateDir, host),
    onPause: ({ waitMs, reason }) => sayWait(world, host, { waitMs, reason }),
  })
}

/** A gate sleeps only while a request stands ready, and for one of them at a time. */
function noteSleep({ clock, clients }: Connecting, host: Host): Clock {
  if (clients === undefined) return clock
  return {
    nowMs: () => clock.nowMs(),
    async sleep(ms, signal) {
      const sinceMs = clock.nowMs()
      try {
        await clock.sleep(ms, signal)
      } finally {
        clients.waitedMs[host] += Math.max(0, clock.nowMs() - sinceMs)
      }
    },
  }
}
