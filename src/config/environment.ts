import { parseEnv } from 'node:util'
import { FatalError } from '../errors.ts'
import { readFound } from './file.ts'
import { hasProfileVariables, KEYS, prefixOf } from './profiles.ts'
import { Secret } from './secret.ts'
import { type Environment, type Lookup, variableOf } from './variables.ts'

export interface Credentials {
  readonly aircall: { readonly id: Secret; readonly token: Secret } | null
  readonly planhat: Secret | null
}

/** Set for a process whose environment is complete: `.env` may hold other tenants' keys, and is not read. */
export const WITHOUT_DOT_ENV = 'AIRCALL_SYNC_WITHOUT_DOT_ENV'

/** The environment laid over `.env` of the working folder. */
export function withDotEnv(env: Environment, path: string): Environment {
  const text = env[WITHOUT_DOT_ENV] === '1' ? null : readFound(path)
  return text === null ? env : { ...parseEnv(text.replace(/^\uFEFF/, '')), ...withoutEmpty(env) }
}

/** What belongs to one tenant: where a profile has keys of its own, these are never taken from the others. */
const OF_A_TENANT: ReadonlySet<string> = new Set([...KEYS, 'AIRCALL_WEBHOOK_TOKEN', 'AIRCALL_SYNC_PING_URL'])

/** For profile `acme`, `ACME_AIRCALL_API_ID` wins over `AIRCALL_API_ID`, and so on. */
export function lookupFor(env: Environment, profile: string | null): Lookup {
  const read = (name: string) => variableOf(env, name)
  if (profile === null) return read
  const prefix = prefixOf(profile)
  const isTenant = hasProfileVariables(env, profile)
  return (name) => read(prefix + name) ?? (isTenant && OF_A_TENANT.has(name) ? null : read(name))
}

/** docs/reference/planhat-api.md section 1: a token pasted with a line break in it goes into no header. */
function notACredential(name: string): FatalError {
  return new FatalError(
    'CREDENTIAL_CHARACTERS',
    `${name} holds a space, a line break or another sign that no key has.`,
    {
      suggestions: [`copy the value again and set ${name} to it alone, without quotes or line breaks inside`],
    },
  )
}

/** Half a pair of Aircall credentials is a slip, not a choice: FatalError AIRCALL_CREDENTIALS. */
export function readCredentials(lookup: Lookup): Credentials {
  const id = lookup('AIRCALL_API_ID')
  const token = lookup('AIRCALL_API_TOKEN')
  const planhat = lookup('PLANHAT_API_TOKEN')
  for (const [name, value] of Object.entries({
    AIRCALL_API_ID: id,
    AIRCALL_API_TOKEN: token,
    PLANHAT_API_TOKEN: planhat,
  })) {
    if (value !== null && !/^[\x21-\x7e]+$/.test(value)) throw notACredential(name)
  }
  return {
    aircall: id === null || token === null ? null : { id: new Secret(id), token: new Secret(token) },
    planhat: planhat === null ? null : new Secret(planhat),
  }
}

/**
 * Scheme, host and an optional path prefix, without a slash at the end. Plain http only to this machine
 * (FatalError CONFIG_INSECURE_URL), since the credentials travel in a header.
 */
export function readBaseUrl(name: string, value: string): string {
  const refuse = (code: string, why: string): never => {
    throw new FatalError(code, `${name} ${why}.`, {
      suggestions: [`set ${name}, for example to https://api.example.com`],
    })
  }
  const url = URL.parse(value) ?? refuse('CONFIG_INVALID_URL', 'is not a URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    refuse('CONFIG_INVALID_URL', 'must begin with https://')
  if (url.username !== '' || url.password !== '') refuse('CONFIG_INVALID_URL', 'must not hold credentials')
  if (url.search !== '' || url.hash !== '')
    refuse('CONFIG_INVALID_URL', 'must not hold a query or a fragment')
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    refuse('CONFIG_INSECURE_URL', 'is plain http to another machine: credentials would travel in the clear')
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** Of a URL's host, or of an address as `--host` has it: IPv6 with brackets or without. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|\[::1\]|::1|127(\.\d{1,3}){3})$/i.test(hostname)
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
}
