import { request } from 'undici'
import type { Log } from '../report/log.ts'

/** The contract's patience with a monitor: it must never hold a run up. */
const PING_TIMEOUT_MS = 5000

export interface Heartbeat {
  start(): Promise<void>
  /** Asks `URL` after exit 0 and `URL/<exit code>` after any other. */
  end(exitCode: number): Promise<void>
}

/** Signals start and end of a run in the style of healthchecks.io; a monitor that fails is a warning, no more. */
export function createHeartbeat(url: string | undefined, log: Log): Heartbeat {
  if (url === undefined) return { start: async () => {}, end: async () => {} }
  const base = url.replace(/\/+$/, '')
  return {
    start: () => ping(`${base}/start`, log),
    end: (exitCode) => ping(exitCode === 0 ? base : `${base}/${exitCode}`, log),
  }
}

async function ping(url: string, log: Log): Promise<void> {
  try {
    const answer = await request(url, { signal: AbortSignal.timeout(PING_TIMEOUT_MS) })
    await answer.body.dump()
    if (answer.statusCode >= 300)
      log.warn('PING_FAILED', `The monitor answered ${answer.statusCode}; the run is not affected.`)
  } catch (error) {
    // The URL is left out: it is the monitor's secret.
    const why = error instanceof Error ? error.name : 'unknown'
    log.warn('PING_FAILED', `The monitor could not be reached (${why}); the run is not affected.`)
  }
}
