import { onTestFinished } from 'vitest'
import type { Clock } from '../../src/domain.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts'

/** 2026-09-29T12:00:00Z: inside the six months of the references' live examples. */
export const SANDBOX_NOW_MS = Date.UTC(2026, 8, 29, 12)

export interface ManualClock extends Clock {
  advance(ms: number): void
}

/** Stands still until it is advanced; a sleep is over at once and moves it on, so that no test waits. */
export function createManualClock(nowMs: number = SANDBOX_NOW_MS): ManualClock {
  let now = nowMs
  return {
    nowMs: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      now += ms
    },
    advance(ms) {
      now += ms
    },
  }
}

/** A sandbox on a free port, without limits, at a fixed time; stopped when the test is over. */
export async function useSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const nowMs = options.nowMs ?? SANDBOX_NOW_MS
  const sandbox = await startSandbox({
    calls: 200,
    endUsers: 120,
    aircallRpm: null,
    planhatRpm: null,
    clock: createManualClock(nowMs),
    ...options,
    nowMs,
  })
  onTestFinished(() => sandbox.stop())
  return sandbox
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Answers of a fake server are looked into freely by tests.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: any
}

function authorizationOf(sandbox: Sandbox, path: string): string {
  const { env } = sandbox
  if (!/^\/v[12]\b/.test(path)) return `Bearer ${env.PLANHAT_API_TOKEN}`
  return `Basic ${Buffer.from(`${env.AIRCALL_API_ID}:${env.AIRCALL_API_TOKEN}`).toString('base64')}`
}

/** Asks a sandbox with the right credentials (or the given ones; null for none). */
export async function askSandbox(
  sandbox: Sandbox,
  path: string,
  o: { method?: string; body?: unknown; authorization?: string | null } = {},
): Promise<Reply> {
  const authorization = o.authorization === undefined ? authorizationOf(sandbox, path) : o.authorization
  const response = await fetch(sandbox.url + path, {
    method: o.method ?? 'GET',
    headers: { ...(authorization === null ? {} : { authorization }), 'content-type': 'application/json' },
    ...(o.body === undefined ? {} : { body: JSON.stringify(o.body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : null,
  }
}
