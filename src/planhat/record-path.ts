/** Which Conversation is meant: by Planhat's id, or by ours. */
export type RecordRef = { readonly id: string } | { readonly externalId: string }

/**
 * The path of one Conversation. An id of ours is a reference with the prefix `extid-` and is percent-encoded:
 * ours hold a space (docs/reference/planhat-api.md section 3). An empty id would fall through to the list route
 * (section 7). PURE.
 */
export function recordPath(ref: RecordRef): string {
  const id = 'id' in ref ? ref.id : ref.externalId
  if (id.trim() === '') throw new TypeError('A Conversation cannot be addressed by an empty id.')
  return 'id' in ref
    ? `/conversations/${encodeURIComponent(id)}`
    : `/conversations/extid-${encodeURIComponent(id)}`
}
