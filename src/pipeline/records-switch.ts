import type { Desk } from './session.ts'

/**
 * After a switch from `split` to `merged` the transcript records of earlier runs still stand in Planhat, beside call
 * records that now carry the same text: nothing deletes them unasked, so it is said.
 */
export function warnOfSwitch({ store, settings, warn }: Desk): void {
  if (settings.config.conversation.records !== 'merged') return
  const left = store.ledger.countOf('transcript')
  if (left === 0) return
  warn(
    'RECORDS_SWITCHED',
    `conversation.records is "merged" now; ${left} transcript records that earlier runs wrote stay in Planhat. ` +
      'The transcripts are written into the call records too: delete the old ones there, or undo the runs that wrote them.',
  )
}
