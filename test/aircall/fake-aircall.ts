import type { AircallClient, CallsPage } from '../../src/aircall/client.ts'
import { type PageRead, type ReadOptions, readCalls } from '../../src/aircall/pages.ts'
import type { Window, WindowState } from '../../src/aircall/windows.ts'
import type { Call, Warning } from '../../src/domain.ts'
import { aCall } from '../support/builders.ts'

export function makeCall(id: number, startedAt: number): Call {
  return aCall({
    id: String(4_180_000_000 + id),
    startedAt,
    answeredAt: null,
    endedAt: startedAt + 9,
    rawDigits: '+1 202-555-0143',
    asset: null,
    agent: null,
    line: null,
  })
}

export interface FakeOptions {
  readonly calls: Call[]
  readonly saturates?: boolean
  /** Rows a page, when the server clamps below what was asked. */
  readonly clamp?: number
  readonly change?: (
    page: CallsPage,
    asked: { page: number; request: number },
  ) => CallsPage | Promise<CallsPage>
}

/**
 * `GET /v1/calls` by the facts of docs/reference/aircall-api.md section 2: `(from, to]`, ascending, refuses past
 * 10,000.
 */
export function fakeAircall({ calls, saturates, clamp = 50, change = (page) => page }: FakeOptions) {
  const log: string[] = []
  let inFlight = 0
  let mostInFlight = 0
  const client: Pick<AircallClient, 'listCalls'> = {
    async listCalls({ from, to, page, signal }) {
      signal?.throwIfAborted()
      if (page * 50 > 10_000) throw new Error('400: limited to 10k results')
      log.push(`${from}-${to} page ${page}`)
      const request = log.length
      mostInFlight = Math.max(mostInFlight, ++inFlight)
      await new Promise((resolve) => setImmediate(resolve))
      inFlight -= 1
      signal?.throwIfAborted()
      const rows = calls.slice(firstAfter(calls, from), firstAfter(calls, to))
      const total = saturates ? Math.min(rows.length, 10_000) : rows.length
      const answer = { calls: rows.slice((page - 1) * clamp, page * clamp), rejected: [], total, page }
      return change({ ...answer, perPage: clamp, hasNext: page * clamp < total }, { page, request })
    },
  }
  return { client, log, mostInFlight: () => mostInFlight }
}

/** Index of the first call after a second: calls are sorted, and a million must not take minutes. */
function firstAfter(calls: readonly Call[], second: number): number {
  let [low, high] = [0, calls.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (calls[middle]!.startedAt <= second) low = middle + 1
    else high = middle
  }
  return low
}

/** What the store does with a read: calls by id, and the windows of the last step. */
export class Seen {
  readonly calls = new Map<string, Call>()
  readonly warnings: Warning[] = []
  windows: readonly WindowState[]
  deliveries = 0

  constructor(windows: readonly WindowState[]) {
    this.windows = windows
  }

  countSeen = ({ from, to }: Window): number => {
    let count = 0
    for (const { startedAt } of this.calls.values()) if (startedAt > from && startedAt <= to) count += 1
    return count
  }

  save(step: PageRead): void {
    const { from, to } = step.window
    if (step.outcome === 'again') {
      for (const { id, startedAt } of this.calls.values())
        if (startedAt > from && startedAt <= to) this.calls.delete(id)
    }
    for (const call of step.calls) this.calls.set(call.id, call)
    this.deliveries += step.calls.length
    this.windows = step.windows
  }

  /** Reads to the end, or stops before step `stopAt` is stored, as a kill would. */
  async read(
    client: ReadOptions['client'],
    more: { stopAt?: number; signal?: AbortSignal; concurrency?: number } = {},
  ) {
    const { stopAt = Number.POSITIVE_INFINITY, ...options } = more
    const steps: PageRead[] = []
    const onWarning = (warning: Warning) => void this.warnings.push(warning)
    for await (const step of readCalls({
      client,
      windows: this.windows,
      countSeen: this.countSeen,
      onWarning,
      ...options,
    })) {
      if (steps.length >= stopAt) break
      this.save(step)
      steps.push(step)
    }
    return steps
  }
}
