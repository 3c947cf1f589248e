import { FatalError } from '../errors.ts'
import { Secret } from './secret.ts'
import type { Lookup } from './variables.ts'

/** The company's proxy through which https leads out. */
export interface ProxySettings {
  /** May hold a user and a password. */
  readonly url: Secret
  /** Hosts that are reached without it, as NO_PROXY lists them: `*`, `example.com`, `.example.com:8443`, by comma. */
  readonly except: string
}

/**
 * `HTTPS_PROXY` and `NO_PROXY` as curl reads them: in small letters first, a missing scheme is http.
 * `HTTP_PROXY` is not asked, because plain http goes to this machine alone. @throws FatalError PROXY_INVALID.
 */
export function readProxy(lookup: Lookup): ProxySettings | null {
  const either = (name: string) => lookup(name.toLowerCase()) ?? lookup(name)
  const value = either('HTTPS_PROXY')
  if (value === null) return null
  const url = URL.parse(value.includes('://') ? value : `http://${value}`)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new FatalError('PROXY_INVALID', 'HTTPS_PROXY is not the address of an http or https proxy.', {
      suggestions: ['set it, for example to http://proxy.example.com:3128, or unset it'],
    })
  }
  return { url: new Secret(url.href), except: either('NO_PROXY') ?? '' }
}

/** In plain text, for whoever connects or passes it on. */
export function revealProxy(proxy: ProxySettings | null): { url: string; except: string } | null {
  return proxy === null ? null : { ...proxy, url: proxy.url.reveal() }
}

/** Scheme, host and port alone. */
export function describeProxy({ url }: ProxySettings): string {
  return new URL(url.reveal()).origin
}
