import type { FieldKinds } from '../../conversation/custom.ts'
import { HttpError } from '../../http/client.ts'
import type { PlanhatReader } from '../../planhat/client.ts'
import { FIELD_KINDS } from '../../store/stored/facts.ts'
import type { Desk, Session } from '../run/session.ts'

const KEY = 'planhat.fieldKinds'
const NONE: FieldKinds = new Map()

/** Reads of what kind the configured custom fields are, where there are any (one request), and remembers it. */
export async function refreshFieldKinds(session: Session, reader: PlanhatReader): Promise<void> {
  const { customFields } = session.settings.config.conversation
  if (Object.keys(customFields).length === 0) return
  try {
    const fields = await reader.customFields(session.signal)
    const kinds = fields
      .filter(({ parent, name }) => parent === 'conversation' && Object.hasOwn(customFields, name))
      .map(({ name, type, options }) => ({ name, type: type.toLowerCase(), options }))
    session.store.meta.write(KEY, FIELD_KINDS, kinds)
  } catch (error) {
    const refusal = error instanceof Error && error.cause instanceof HttpError ? error.cause : error
    if (!(refusal instanceof HttpError) || refusal.status === 401) throw error
    session.warn(
      'FIELDS_UNREADABLE',
      `Planhat's custom fields could not be read (${refusal.status}): ` +
        'lists and texts are written as for fields of the kind they had last.',
    )
  }
}

/** As they were last read; empty where no custom field is configured. */
export function storedFieldKinds({ store, settings }: Pick<Desk, 'store' | 'settings'>): FieldKinds {
  if (Object.keys(settings.config.conversation.customFields).length === 0) return NONE
  const kinds = store.meta.read(KEY, FIELD_KINDS) ?? []
  return new Map(kinds.map(({ name, type, options }) => [name, { type, options }]))
}
