import { join, resolve } from 'node:path'
import { closest } from 'fastest-levenshtein'
import { FatalError } from '../errors.ts'
import { DEFAULT_CONFIG } from './defaults.ts'
import { type Credentials, lookupFor, readBaseUrl, readCredentials, withDotEnv } from './environment.ts'
import { parseConfigText, readFound, readOptional } from './file.ts'
import { flatten, overlay, type Source, type Sources } from './merge.ts'
import { checkPrefixes, checkProfileKeys, checkProfileName, hasProfileVariables } from './profiles.ts'
import { type ProxySettings, readProxy } from './proxy.ts'
import type { Config, ConfigFile } from './schema.ts'
import { Secret } from './secret.ts'
import { checkInsightSources } from './sources.ts'
import { platformStateDir } from './state-dir.ts'
import type { Environment, Lookup } from './variables.ts'
import { readWebhookSettings, type WebhookSettings } from './webhook-tokens.ts'

export const PING_URL = 'AIRCALL_SYNC_PING_URL'
export const CONFIG_FILE_NAME = 'aircall-sync.config.json'

/** The flags that decide what is in force, as every command has them. */
export interface SettingsFlags {
  readonly config?: string | undefined
  readonly profile?: string | undefined
  readonly 'state-dir'?: string | undefined
}

/** Everything a command needs to know about its surroundings. Holds secrets only as `Secret`. */
export interface Settings {
  readonly config: Config
  readonly credentials: Credentials
  /** Without a slash at the end, without `/v1`. */
  readonly aircallBaseUrl: string
  readonly planhatBaseUrl: string
  readonly proxy: ProxySettings | null
  /** What `--ping-url` says; a secret, since most monitors have no other. */
  readonly pingUrl: Secret | null
  readonly webhook: WebhookSettings
  /** Absolute; of the profile when there is one. */
  readonly stateDir: string
  readonly profile: string | null
  readonly configPath: string | null
  /** The `.env` of the working folder, where there is one. */
  readonly envPath: string | null
  /** Dotted key of `config`, or `stateDir`, `aircallBaseUrl`, ... -> where its value came from. */
  readonly sources: Sources
}

/**
 * Flags win over the environment, the environment over `.env`, a profile's section over the rest of the
 * file, the file over the defaults. Errors: FatalError (exit 7) for a wrong file or URL, UsageError for a
 * wrong profile name.
 */
export function loadSettings(o: { flags: SettingsFlags; env: Environment; cwd: string }): Settings {
  const env = withDotEnv(o.env, join(o.cwd, '.env'))
  const named = o.flags.profile || env['AIRCALL_SYNC_PROFILE']?.trim() || null
  const profile = named === null ? null : checkProfileName(named)
  if (profile !== null) checkProfileKeys(env, profile)
  const lookup = lookupFor(env, profile)
  const found = findConfigFile(o, lookup)
  checkPrefixes([...Object.keys(found.file.profiles ?? {}), ...(profile === null ? [] : [profile])])
  const layers = { file: found.file, profile: profileSection(found.file, profile, env) }
  const state = findStateDir({ ...o, env, lookup, profile })
  const config = overlay(overlay(DEFAULT_CONFIG, withoutMeta(layers.file)), layers.profile)
  checkInsightSources(config, found.path)
  return {
    config,
    credentials: readCredentials(lookup),
    aircallBaseUrl: readBaseUrl('AIRCALL_BASE_URL', lookup('AIRCALL_BASE_URL') ?? 'https://api.aircall.io'),
    planhatBaseUrl: readBaseUrl('PLANHAT_BASE_URL', lookup('PLANHAT_BASE_URL') ?? 'https://api.planhat.com'),
    proxy: readProxy(lookup),
    pingUrl: secretOf(lookup(PING_URL)),
    webhook: readWebhookSettings({ env, own: o.env, profile }),
    stateDir: state.path,
    profile,
    configPath: found.path,
    envPath: env === o.env ? null : join(o.cwd, '.env'),
    sources: {
      ...configSources(layers),
      stateDir: state.source,
      ...(profile === null
        ? {}
        : { profile: o.flags.profile ? ('flag' as const) : ('environment' as const) }),
      aircallBaseUrl: lookup('AIRCALL_BASE_URL') === null ? 'default' : 'environment',
      planhatBaseUrl: lookup('PLANHAT_BASE_URL') === null ? 'default' : 'environment',
    },
  }
}

/** The names of the configuration's profiles, in their order. Errors as `loadSettings`. */
export function listProfiles(o: { flags: SettingsFlags; env: Environment; cwd: string }): string[] {
  const env = withDotEnv(o.env, join(o.cwd, '.env'))
  const profiles = Object.keys(findConfigFile(o, lookupFor(env, null)).file.profiles ?? {})
  checkPrefixes(profiles)
  return profiles
}

function findConfigFile(
  o: { flags: SettingsFlags; cwd: string },
  lookup: Lookup,
): { path: string | null; file: ConfigFile } {
  const asked = o.flags.config || lookup('AIRCALL_SYNC_CONFIG')
  const path = resolve(o.cwd, asked ?? CONFIG_FILE_NAME)
  const text = asked ? readOptional(path) : readFound(path)
  if (text !== null) return { path, file: parseConfigText(text, path) }
  if (!asked) return { path: null, file: {} }
  throw new FatalError('CONFIG_NOT_FOUND', `There is no configuration file at ${path}.`, {
    suggestions: ['aircall-sync init', 'leave out --config to use the defaults'],
  })
}

function profileSection(file: ConfigFile, profile: string | null, env: Environment): object {
  const profiles = file.profiles ?? {}
  const names = Object.keys(profiles)
  if (profile === null) return {}
  if (Object.hasOwn(profiles, profile)) return profiles[profile] ?? {}
  // A slip in a name must not send one customer's calls into another's Planhat.
  if (names.length === 0 || hasProfileVariables(env, profile)) return {}
  throw new FatalError('PROFILE_UNKNOWN', `The configuration has no profile "${profile}".`, {
    suggestions: [`did you mean --profile ${closest(profile, names)}?`, 'aircall-sync config show'],
  })
}

function findStateDir(o: {
  flags: SettingsFlags
  env: Environment
  cwd: string
  lookup: Lookup
  profile: string | null
}): { path: string; source: Source } {
  const flag = o.flags['state-dir'] || null
  const variable = o.lookup('AIRCALL_SYNC_STATE_DIR')
  const base = resolve(o.cwd, flag ?? variable ?? platformStateDir(o.env))
  const path = o.profile === null ? base : join(base, 'profiles', o.profile)
  if (flag !== null) return { path, source: 'flag' }
  return { path, source: variable === null ? 'default' : 'environment' }
}

function configSources(layers: { file: ConfigFile; profile: object }): Sources {
  const mark = (layer: object, source: Source): Sources =>
    Object.fromEntries(flatten(layer).map(([key]) => [key, source]))
  return {
    ...mark(DEFAULT_CONFIG, 'default'),
    ...mark(withoutMeta(layers.file), 'file'),
    ...mark(layers.profile, 'profile'),
  }
}

function withoutMeta({ $schema: _, profiles: __, ...rest }: ConfigFile): object {
  return rest
}

function secretOf(value: string | null): Secret | null {
  return value === null ? null : new Secret(value)
}
