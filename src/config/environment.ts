import { parseEnv } from 'node:util'
import { FatalError, UsageError } from '../errors.ts'
import { readOptional } from './file.ts'
import { PROFILE_NAME } from './schema.ts'
import { Secret } from './secret.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Looks a variable up; an empty one counts as absent. */
export type Lookup = (name: string) => string | null

export interface Credentials {
  readonly aircall: { readonly id: Secret; readonly token: Secret } | null
  readonly planhat: Secret | null
}

/** The environment laid over `.env` of the working folder. */
export function withDotEnv(env: Environment, path: string): Environment {
  const text = readOptional(path)
  return text === null ? env : { ...parseEnv(text.replace(/^\uFEFF/, '')), ...withoutEmpty(env) }
}

/** For profile `acme`, `ACME_AIRCALL_API_ID` wins over `AIRCALL_API_ID`, and so on. */
export function lookupFor(env: Environment, profile: string | null): Lookup {
  const prefix = profile === null ? null : prefixOf(profile)
  const read = (name: string) => env[name]?.trim() || null
  return (name) => (prefix === null ? null : read(prefix + name)) ?? read(name)
}

/** Whether the environment holds anything for this profile. */
export function hasProfileVariables(env: Environment, profile: string): boolean {
  const names = ['AIRCALL_API_ID', 'AIRCALL_API_TOKEN', 'PLANHAT_API_TOKEN']
  return names.some((name) => Boolean(env[prefixOf(profile) + name]?.trim()))
}

export function checkProfileName(profile: string): string {
  if (PROFILE_NAME.test(profile)) return profile
  throw new UsageError(
    'PROFILE_NAME',
    'A profile name is 1 to 64 letters, digits, dots, dashes or underscores.',
    {
      suggestions: ['aircall-sync doctor --profile acme'],
    },
  )
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

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function prefixOf(profile: string): string {
  return `${profile.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_`
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
}
