import { FatalError } from '../errors.ts'
import { lookupFor, withDotEnv } from './environment.ts'
import { hasProfileVariables, prefixOf } from './profiles.ts'
import { Secret } from './secret.ts'
import { type Environment, variableOf } from './variables.ts'

const NAME = 'AIRCALL_WEBHOOK_TOKEN'
/** docs/contract.md section 9. Aircall's own have 32 (docs/reference/aircall-api.md section 6 shows one). */
const MIN_LENGTH = 16
/** Two while one takes the place of the other. */
const MAX_TOKENS = 2

/** What a webhook of this profile is known by. */
export interface WebhookSettings {
  /** As they are set, unchecked: only who listens needs them to be right. */
  readonly tokens: readonly Secret[]
  /** The variable of this profile. */
  readonly variable: string
  /** It is set in the environment itself, which wins over every file. */
  readonly isInEnvironment: boolean
}

/** @param env with `.env` under it; `own` without. */
export function readWebhookSettings(o: {
  env: Environment
  own: Environment
  profile: string | null
}): WebhookSettings {
  const variable = nameFor(o.env, o.profile)
  return {
    tokens: splitTokens(lookupFor(o.env, o.profile)(NAME)),
    variable,
    isInEnvironment: variableOf(o.own, variable) !== null,
  }
}

/**
 * What is in force now, for a process that goes on: of a `.env` that has changed it
 * takes up the token, under the same rules of owner and mode, and nothing else. @throws
 * FatalError FILE_UNTRUSTED, CONFIG_UNREADABLE: what was in force stays so then.
 */
export function rereadWebhookSettings(o: {
  own: Environment
  dotEnv: string
  profile: string | null
}): WebhookSettings {
  return readWebhookSettings({ ...o, env: withDotEnv(o.own, o.dotEnv) })
}

/** A profile with keys of its own has a token of its own. */
function nameFor(env: Environment, profile: string | null): string {
  if (profile === null) return NAME
  const own = `${prefixOf(profile)}${NAME}`
  return hasProfileVariables(env, profile) || variableOf(env, own) !== null ? own : NAME
}

/** One token, or two separated by a comma; none where the variable is not set. */
export function splitTokens(text: string | null): Secret[] {
  return text === null ? [] : text.split(',').map((token) => new Secret(token.trim()))
}

/**
 * The tokens in force. @throws FatalError WEBHOOK_TOKEN (exit 7) where there is none, more than two, or one that is
 * too short.
 */
export function requireTokens({
  tokens,
  variable,
}: Pick<WebhookSettings, 'tokens' | 'variable'>): readonly Secret[] {
  const refuse = (why: string): never => {
    throw new FatalError('WEBHOOK_TOKEN', `${variable} ${why}.`, {
      suggestions: [
        'aircall-sync webhook register --url https://calls.example.com/aircall',
        `set ${variable} to the token of the webhook`,
      ],
    })
  }
  if (tokens.length === 0) return refuse('is not set: a delivery of Aircall is known by it alone')
  if (tokens.length > MAX_TOKENS)
    return refuse(
      `holds ${tokens.length} tokens; two are in force at most, while one takes the place of the other`,
    )
  const lengths = tokens.map((token) => token.reveal().length)
  if (lengths.includes(0)) return refuse('holds an empty token')
  if (lengths.some((length) => length < MIN_LENGTH))
    return refuse(`holds a token of less than ${MIN_LENGTH} characters`)
  return tokens
}
