import type { ConversationSettings, CustomSource } from '../../domain.ts'
import type { CustomField } from '../../planhat/tenant.ts'
import { type Check, failure, ok, warning } from './check.ts'

/**
 * Kinds that take what is written (docs/reference/planhat-api.md section 5); any other may drop it or refuse the
 * record.
 */
const TEXTS: readonly string[] = ['text', 'rich text']
const KINDS: Readonly<Record<CustomSource, readonly string[]>> = {
  direction: ['list', ...TEXTS],
  outcome: ['list', ...TEXTS],
  durationSeconds: ['number', ...TEXTS],
  tags: ['multipicklist', 'list', ...TEXTS],
  line: TEXTS,
  callId: TEXTS,
  agent: TEXTS,
  missedReason: TEXTS,
}
const LINKS: readonly string[] = ['url', ...TEXTS]

type Names = Pick<ConversationSettings, 'recordingField' | 'customFields'>

/** A line for each custom field that is written. */
export function checkCustomFields(fields: readonly CustomField[], settings: Names): Check[] {
  const wanted: [string, readonly string[]][] = [
    [settings.recordingField, LINKS],
    ...Object.entries(settings.customFields).map(([field, source]): [string, readonly string[]] => [
      field,
      KINDS[source],
    ]),
  ]
  return wanted.map(([field, kinds]) => checkOne(fields, field, kinds))
}

function checkOne(fields: readonly CustomField[], wanted: string, kinds: readonly string[]): Check {
  const name = `custom field "${wanted}"`
  const remedy = `make a custom field "${wanted}" of kind ${kinds[0]} on Conversation in Planhat, or name another in the configuration`
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
  return kinds.includes(found.type.toLowerCase())
    ? ok(name, `exists, of kind ${found.type}`)
    : warning(name, `is of kind ${found.type}; expected ${kinds.join(', ')}`, remedy)
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
