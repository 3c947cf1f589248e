import { DEFAULT_CONFIG } from '../config/defaults.ts'
import { buildConfig, type InitAnswers } from '../config/write.ts'
import { SyncError } from '../errors.ts'
import type { Question } from './ask.ts'

type InitKey = keyof InitAnswers

/**
 * What was given by flags, else what a configuration that is there says, else the defaults, with the machine's own time
 * zone in place of UTC.
 */
export function presetAnswers(
  flags: Partial<Record<InitKey, string | undefined>>,
  held: Partial<InitAnswers> = {},
): InitAnswers {
  const given = { ...held, ...withoutAbsent(flags) }
  const { conversation, defaultCountry } = DEFAULT_CONFIG
  return {
    defaultCountry: given.defaultCountry ?? defaultCountry,
    timezone: given.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    type: given.type ?? conversation.type,
    recordingField: given.recordingField ?? conversation.recordingField,
    records: given.records ?? conversation.records,
  }
}

function withoutAbsent<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>
}

const TEXTS: Readonly<Record<InitKey, string>> = {
  defaultCountry: 'Country of numbers written without one:',
  timezone: 'Time zone of dates:',
  type: 'Conversation type in Planhat:',
  recordingField: 'Custom field for the link of the recording:',
  records: 'One record a call and one a transcript (split), or one of both (merged):',
}

/** One question a key; an answer is checked by the schema itself. */
export function initQuestions(presets: InitAnswers): Question<InitKey>[] {
  return (Object.keys(TEXTS) as InitKey[]).map((key) => ({
    key,
    text: TEXTS[key],
    preset: presets[key],
    check: (answer) => problemOf({ ...presets, [key]: answer }),
  }))
}

function problemOf(answers: InitAnswers): string | null {
  try {
    buildConfig(answers)
    return null
  } catch (error) {
    if (error instanceof SyncError) return error.message.replace(/^The configuration is not valid: /, '')
    throw error
  }
}
