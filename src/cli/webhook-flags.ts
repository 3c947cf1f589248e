import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'

/** `--env-file` of the commands about the webhook. */
export const envFileFlag = Flags.string({
  default: '.env',
  helpValue: 'FILE',
  description: 'file that holds the webhook token; its other lines stay as they are',
})

export const yesFlag = Flags.boolean({
  description: 'do not ask for confirmation; required without a terminal',
})

/** For a webhook that this profile does not know as its own, as after a lost state. */
export const hookUrlFlag = Flags.string({
  helpValue: 'URL',
  description: 'address of our webhook, if it is not known here',
})

/** Where the commands look, with an absolute path. */
export function hookPlace(flags: { readonly 'env-file': string; readonly url?: string | undefined }): {
  envFile: string
  url: string | null
} {
  return { envFile: resolve(flags['env-file']), url: flags.url ?? null }
}
