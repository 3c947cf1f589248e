import { readEnvVariable } from '../../config/env-file.ts'
import {
  requireTokens,
  rereadWebhookSettings,
  splitTokens,
  type WebhookSettings,
} from '../../config/webhook-tokens.ts'
import { SyncError } from '../../errors.ts'
import { createTokenCheck, type TokenCheck } from '../../inbox/tokens.ts'
import type { Surroundings } from '../run/surroundings.ts'

/** docs/contract.md section 9: a changed token is taken up within a minute. */
export const LOOK_AGAIN_MS = 20_000

/** The tokens in force, as the environment and the env file have them now. */
export interface Tokens {
  readonly isToken: TokenCheck
  /** Looks into the env file again; what cannot be used is said once, and changes nothing. */
  refresh(): void
}

/** @throws FatalError WEBHOOK_TOKEN (exit 7), FILE_UNTRUSTED. */
export function openTokens(
  { settings, log }: Pick<Surroundings, 'settings' | 'log'>,
  o: { readonly envFile: string; readonly own: Readonly<Record<string, string | undefined>> },
): Tokens {
  const read = (): WebhookSettings =>
    rereadWebhookSettings({ own: o.own, dotEnv: o.envFile, profile: settings.profile })
  sayOverruled(log, { ...o, settings: read() })
  let text = revealed(requireTokens(read()))
  let check = createTokenCheck(text.split(','))
  let said = ''
  const sayOnce = (code: string, message: string) => {
    if (said !== message) log.warn(code, message)
    said = message
  }
  return {
    isToken: (candidate) => check(candidate),
    refresh() {
      try {
        const now = revealed(requireTokens(read()))
        said = ''
        if (now === text) return
        text = now
        check = createTokenCheck(now.split(','))
        log.info(
          `The webhook token was changed in ${o.envFile}: ` +
            `${now.includes(',') ? 'two are' : 'the new one is'} in force.`,
        )
      } catch (error) {
        if (!(error instanceof SyncError)) throw error
        sayOnce(error.code, `${error.message} What was in force stays so.`)
      }
    },
  }
}

/** What the environment says wins, so a token that is changed in the file alone would never be taken up. */
function sayOverruled(
  log: Surroundings['log'],
  { settings, envFile }: { readonly settings: WebhookSettings; readonly envFile: string },
): void {
  const { tokens, variable, isInEnvironment } = settings
  const kept = splitTokens(readEnvVariable(envFile, variable))
  if (!isInEnvironment || kept.length === 0 || revealed(kept) === revealed(tokens)) return
  log.warn(
    'WEBHOOK_ENVIRONMENT',
    `${variable} is set in the environment itself, which wins over ${envFile}: what the file says is not taken up.`,
  )
}

function revealed(tokens: WebhookSettings['tokens']): string {
  return tokens.map((token) => token.reveal()).join(',')
}
