import type { ConversationSettings, CustomSource } from '../../content-settings.ts'

import type { CustomField } from '../../planhat/tenant.ts'
import { type Check, failure, ok, warning } from './check.ts'

/**
 * Kinds that take what is written (docs/reference/planhat-api.md section 5); any other may drop it or refuse the
 * record. The first is the one to make.
 */
const TEXTS: readonly string[] = ['text', 'rich text']
const LONG_TEXTS: readonly string[] = ['rich text', 'text']
const CHOICES: readonly string[] = ['list', ...TEXTS]
const LISTS: readonly string[] = ['multipicklist', ...TEXTS]
const NUMBERS: readonly string[] = ['number', ...TEXTS]
const TIMES: readonly string[] = ['date', ...TEXTS]
const KINDS: Readonly<Record<CustomSource, readonly string[]>> = {
  direction: CHOICES,
  outcome: CHOICES,
  durationSeconds: NUMBERS,
  tags: LISTS,
  line: TEXTS,
  callId: TEXTS,
  agent: TEXTS,
  missedReason: TEXTS,
  notes: LONG_TEXTS,
  summary: LONG_TEXTS,
  topics: LISTS,
  sentiment: CHOICES,
  actionItems: LISTS,
  waitSeconds: NUMBERS,
  teams: LISTS,
  transferredBy: TEXTS,
  transferredTo: TEXTS,
  startedAt: TIMES,
  answeredAt: TIMES,
  endedAt: TIMES,
}

/** What a source can say, where that is a closed set: a field that picks must have it. */
const WORDS: Partial<Record<CustomSource, readonly string[]>> = {
  direction: ['inbound', 'outbound'],
  outcome: ['answered', 'missed', 'voicemail'],
  sentiment: ['positive', 'neutral', 'negative'],
}
const LINKS: readonly string[] = ['url', ...TEXTS]

type Names = Pick<ConversationSettings, 'recordingField' | 'customFields'>

/** A line for each custom field that is written. */
export function checkCustomFields(fields: readonly CustomField[], settings: Names): Check[] {
  return [
    checkOne(fields, settings.recordingField, { kinds: LINKS, source: null }),
    ...Object.entries(settings.customFields).map(([field, source]) =>
      checkOne(fields, field, { kinds: KINDS[source], source }),
    ),
  ]
}

interface Wanted {
  readonly kinds: readonly string[]
  /** Null for the recording's link. */
  readonly source: CustomSource | null
}

function checkOne(fields: readonly CustomField[], wanted: string, { kinds, source }: Wanted): Check {
  const name = `custom field "${wanted}"`
  const remedy =
    `make a custom field "${wanted}" of kind ${kinds[0]} on ` +
    'Conversation in Planhat, or name another in the configuration'
  const found = fields.find((field) => field.name === wanted)
  if (found === undefined) {
    const near = fields.find((field) => field.name.toLowerCase() === wanted.toLowerCase())
    return failure(
      name,
      near === undefined ? 'does not exist' : `is written "${near.name}" in Planhat`,
      remedy,
    )
  }
  if (found.isFormula) return failure(name, 'is a formula, which cannot be written', remedy)
  if (kinds.includes(found.type.toLowerCase())) return checkOptions(name, found, source)
  const what = source === null ? '' : `, which does not take ${source}`
  return warning(name, `is of kind ${found.type}${what}; expected ${kinds.join(', ')}`, remedy)
}

/** A list or multi-pick field takes what it has an option for. */
function checkOptions(name: string, found: CustomField, source: CustomSource | null): Check {
  const exists = `exists, of kind ${found.type}`
  if (!['list', 'multipicklist'].includes(found.type.toLowerCase())) return ok(name, exists)
  const words = source === null ? undefined : WORDS[source]
  const missing = (words ?? []).filter((word) => !found.options.includes(word))
  if (missing.length > 0)
    return warning(name, `has no option ${missing.join(', ')}`, `add ${missing.join(', ')} to its options`)
  if (words === undefined && found.options.length === 0)
    return warning(name, 'has no options', `add the ${source} that you use to its options`)
  const left =
    words === undefined ? `; ${source} that are none of its ${found.options.length} options are left out` : ''
  return ok(name, exists + left)
}

/** Planhat refuses to create a record that lacks a mandatory field. */
export function checkMandatoryFields(fields: readonly CustomField[], settings: Names): Check {
  const written = new Set([settings.recordingField, ...Object.keys(settings.customFields)])
  const mandatory = fields.filter((field) => field.isMandatory && !field.isFormula)
  const missing = mandatory.filter((field) => !written.has(field.name))
  if (missing.length > 0) {
    return failure(
      'mandatory fields',
      `Planhat demands fields that are not written: ${missing.map((field) => field.name).join(', ')}`,
      'make them optional in Planhat, or fill them by conversation.customFields',
    )
  }
  // A missed call has no recording, so even a mandatory field that is written may be absent.
  if (mandatory.some((field) => field.name === settings.recordingField)) {
    return failure(
      'mandatory fields',
      `"${settings.recordingField}" is mandatory, and calls without a recording have none`,
      'make it optional in Planhat',
    )
  }
  return ok('mandatory fields', 'none that would be missing')
}
