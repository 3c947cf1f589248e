import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { ask } from '../cli/ask.ts'
import { BaseCommand } from '../cli/base-command.ts'
import { initQuestions, presetAnswers } from '../cli/init-questions.ts'
import { CONFIG_FILE_NAME } from '../config/settings.ts'
import { buildConfig, heldAnswers, type InitAnswers, readUnlessTaken, writeConfig } from '../config/write.ts'

export default class Init extends BaseCommand<typeof Init> {
  static override description =
    'Write a configuration file: ask on a terminal, or take flags.\nIt never ' +
    'holds a secret: credentials belong in the environment or in a .env file.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --default-country FR --timezone Europe/Paris --yes',
  ]

  static override flags = {
    'default-country': Flags.string({
      helpValue: 'CC',
      description: 'country of numbers written without one',
    }),
    timezone: Flags.string({ helpValue: 'ZONE', description: 'time zone of dates' }),
    type: Flags.string({ helpValue: 'NAME', description: 'Conversation type in Planhat' }),
    'recording-field': Flags.string({
      helpValue: 'NAME',
      description: 'custom field for the link to the recording',
    }),
    records: Flags.string({
      options: ['split', 'merged'],
      description: 'records per call: call and transcript (split), or one',
    }),
    overwrite: Flags.boolean({
      description: 'change an existing configuration: its values are the defaults, the rest stays',
    }),
    yes: Flags.boolean({
      description: 'ask nothing: use the flags, then the existing configuration, then the defaults',
    }),
  }

  async run(): Promise<{ path: string; config: object }> {
    const path = resolve(this.flags.config ?? process.env['AIRCALL_SYNC_CONFIG'] ?? CONFIG_FILE_NAME)
    const profile = this.flags.profile ?? null
    readUnlessTaken({ path, profile, overwrite: this.flags.overwrite })
    const config = buildConfig(await this.#answers(heldAnswers(path, profile)))
    writeConfig({ path, config, profile, overwrite: this.flags.overwrite })
    return this.finish({ path, config }, { text: describeNextSteps(path) })
  }

  async #answers(held: Partial<InitAnswers>): Promise<InitAnswers> {
    const given = {
      defaultCountry: this.flags['default-country']?.toUpperCase(),
      timezone: this.flags.timezone,
      type: this.flags.type,
      recordingField: this.flags['recording-field'],
      records: this.flags.records,
    }
    const presets = presetAnswers(given, held)
    if (this.flags.yes || !this.isInteractive) return presets
    return ask(initQuestions(presets), { input: process.stdin, output: process.stderr }, this.signal)
  }
}

function describeNextSteps(path: string): string {
  return [
    `Wrote ${path}`,
    '',
    'Put the credentials into a .env file in the folder you work in, never into this file:',
    '  AIRCALL_API_ID=...',
    '  AIRCALL_API_TOKEN=...',
    '  PLANHAT_API_TOKEN=...',
    '',
    'Next',
    '  aircall-sync doctor',
  ].join('\n')
}
