import { type ProxySettings, revealProxy } from '../../config/proxy.ts'
import type { Log } from '../../report/live/log.ts'
import { exitCodeOf } from './run.ts'

/** The contract's patience with a monitor: it must never hold a run up. */
const PING_TIMEOUT_MS = 5000

interface Monitor {
  readonly log: Log
  readonly proxy: ProxySettings | null
}

/**
 * Signals start and end of a run in the style of healthchecks.io: `URL/start`, then `URL` after exit 0 and
 * `URL/<exit code>` after any other, also when the run never came to be (another holds the lock, the settings are
 * wrong). A monitor that fails is a warning, no more.
 */
export async function withHeartbeat<T extends { readonly run: { readonly exitCode: number } }>(
  o: Monitor & { readonly url: string | undefined; readonly signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  if (o.url === undefined) return work()
  await ping(appendPath(o.url, 'start'), o)
  try {
    const summary = await work()
    await pingEnd(o.url, summary.run.exitCode, o)
    return summary
  } catch (error) {
    await pingEnd(o.url, exitCodeOf(error, o.signal), o)
    throw error
  }
}

function pingEnd(url: string, exitCode: number, monitor: Monitor): Promise<void> {
  return ping(exitCode === 0 ? url : appendPath(url, String(exitCode)), monitor)
}

/** Before a query, which some monitors take for options. */
function appendPath(url: string, part: string): string {
  const [path = '', ...query] = url.split('?')
  return [`${path.replace(/\/+$/, '')}/${part}`, ...query].join('?')
}

async function ping(url: string, { log, proxy }: Monitor): Promise<void> {
  try {
    const status = await ask(url, proxy)
    if (status >= 300) log.warn('PING_FAILED', `The monitor answered ${status}; the run is not affected.`)
  } catch (error) {
    // The URL is left out: it is the monitor's secret.
    log.warn('PING_FAILED', `The monitor could not be reached (${reasonOf(error)}); the run is not affected.`)
  }
}

async function ask(url: string, proxy: ProxySettings | null): Promise<number> {
  const { request } = await import('undici')
  const { createDispatcher } = await import('../../http/dispatcher.ts')
  const dispatcher = await createDispatcher(revealProxy(proxy))
  try {
    const answer = await request(url, { dispatcher, signal: AbortSignal.timeout(PING_TIMEOUT_MS) })
    await answer.body.dump()
    return answer.statusCode
  } finally {
    // Whatever became of the ping: no connection that is left over holds the run up.
    await dispatcher.destroy()
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'TimeoutError') return `no answer in ${PING_TIMEOUT_MS / 1000} s`
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ERR_INVALID_URL' || code === 'UND_ERR_INVALID_ARG') return '--ping-url is no http address'
  return code ?? error.name
}
