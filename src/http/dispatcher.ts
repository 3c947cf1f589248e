import type { Dispatcher } from 'undici'

/** The proxy through which https leads out; `except` is a list in the form of NO_PROXY. */
export interface HttpsProxy {
  readonly url: string
  readonly except: string
}

/**
 * The connections of a client. Through a proxy https is tunnelled (CONNECT): credentials and calls
 * are read by nobody on the way. Plain http goes to this machine alone, and never through one.
 *
 * undici is loaded here, with the first request: it weighs over a megabyte, and
 * a command that asks nobody starts without it.
 */
export async function createDispatcher(proxy: HttpsProxy | null): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici')
  if (proxy === null) return new Agent({ allowH2: false })
  // An empty address is none: what the environment says was read with the settings.
  return new EnvHttpProxyAgent({
    allowH2: false,
    httpProxy: '',
    httpsProxy: proxy.url,
    noProxy: proxy.except,
  })
}
