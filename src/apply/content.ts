import { alreadyHolds, fieldsOf, fieldValue } from '../plan/diff.ts'
import type { Payload, RemoteRecord } from '../records.ts'
import type { Body } from './body.ts'

/**
 * Whether Planhat has what was sent, field by field and by the measure of the next plan: a write that is taken for
 * done here is none there. A contact may not be cleared, so that says nothing. A false "no" costs one more update by
 * `_id`, never a second record. PURE.
 */
export function holdsContent({ contactId, ...body }: Body, remote: RemoteRecord): boolean {
  const sent = { ...body, ...(contactId === null ? {} : { contactId }) } as Payload
  return fieldsOf(sent).every((field) => {
    const ours = fieldValue(sent, field)
    return alreadyHolds(field, { ours, remote: fieldValue(remote, field), base: ours })
  })
}
