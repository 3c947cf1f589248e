import type { ConversationSettings } from '../content-settings.ts'
import { RECORD_KINDS, type RecordKind, type RemoteRecord } from '../records.ts'

export type RecognisedKind = RecordKind | 'placeholder'

/** Whose call an external id speaks of, and as what. */
export interface Recognised {
  readonly callId: string
  readonly kind: RecognisedKind
}

type Template = readonly [RecognisedKind, string]

// docs/reference/automation.md section 7: digits, then exactly these suffixes.
const AUTOMATION: readonly Template[] = [
  ['call', '{callId}-cold call'],
  ['transcript', '{callId}-transcript'],
  ['placeholder', '{callId}-notranscript'],
]

/** Reads an external id by the configured templates and by the automation's; null for another system's. */
export function recogniseExternalId(
  externalId: string | undefined,
  templates: ConversationSettings['externalId'],
): Recognised | null {
  if (externalId === undefined) return null
  for (const [kind, template] of knownTemplates(templates)) {
    const callId = readTemplate(externalId, template)
    if (callId !== null) return { callId, kind }
  }
  return null
}

function knownTemplates(templates: ConversationSettings['externalId']): Template[] {
  return [...RECORD_KINDS.map((kind): Template => [kind, templates[kind]]), ...AUTOMATION]
}

/** Every external id under which a record of this call may lie, each once. */
export function externalIdsOf(callId: string, templates: ConversationSettings['externalId']): string[] {
  return [
    ...new Set(
      knownTemplates(templates).map(([, template]) => template.replaceAll('{callId}', () => callId)),
    ),
  ]
}

/**
 * Whether a row of a slim list is worth reading whole: it has our type, a subject as we and Planhat's recommended
 * automation write them, or an external id that names a call.
 */
export function looksLikeOurs(
  row: Pick<RemoteRecord, 'type' | 'subject' | 'externalId'>,
  settings: Pick<ConversationSettings, 'type' | 'externalId'>,
): boolean {
  if (row.type === settings.type || /^aircall/iu.test(row.subject ?? '')) return true
  return recogniseExternalId(row.externalId, settings.externalId) !== null
}

/** The record that a Conversation with such an id is, or stands in for. */
const RECORD_OF: Readonly<Record<RecognisedKind, RecordKind>> = {
  call: 'call',
  transcript: 'transcript',
  placeholder: 'transcript',
}

export function recordOf({ kind }: Recognised): RecordKind {
  return RECORD_OF[kind]
}

/** The external id of the automation's placeholder for a transcript that was not there in time. */
export function placeholderIdOf(callId: string): string {
  return `${callId}-notranscript`
}

function readTemplate(externalId: string, template: string): string | null {
  const at = template.indexOf('{callId}')
  if (at < 0) return null
  const before = template.slice(0, at)
  const after = template.slice(at + '{callId}'.length)
  if (!externalId.startsWith(before) || !externalId.endsWith(after)) return null
  const callId = externalId.slice(before.length, externalId.length - after.length)
  return /^\d+$/u.test(callId) ? callId : null
}
