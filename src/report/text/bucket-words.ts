import type { Bucket } from '../../domain.ts'
import type { DriftClass } from '../../records.ts'

/** PURE. The one wording of buckets and drift classes, for the terminal, the report and the help. */
export const BUCKET_WORDS: Readonly<Record<Bucket, { label: string; why: string }>> = {
  matched: { label: 'Matched', why: 'One End User has the number.' },
  'shared-line': {
    label: 'Shared line',
    why: 'Several End Users of one company have the number; written to the company.',
  },
  ambiguous: { label: 'Ambiguous', why: 'End Users of several companies have the number; a person decides.' },
  proposed: { label: 'Proposed', why: 'Only a variant spelling of the number matches; a person confirms.' },
  unmatched: { label: 'Unmatched', why: 'No End User has the number.' },
  anonymous: { label: 'Anonymous', why: 'The caller withheld the number.' },
  'invalid-number': { label: 'Invalid number', why: 'What Aircall recorded is no telephone number.' },
  'own-number': { label: 'Own number', why: 'The other party is a line of your own.' },
  'in-progress': { label: 'In progress', why: 'The call has not ended; a later run takes it.' },
  filtered: { label: 'Filtered', why: 'Left out by a flag of this run.' },
}

/** In the order in which a reader asks: what is written, what needs a person, what cannot be written. */
export const BUCKET_ORDER = Object.keys(BUCKET_WORDS) as readonly Bucket[]

export const DRIFT_WORDS: Readonly<Record<DriftClass, { label: string; why: string }>> = {
  'in-sync': { label: 'In sync', why: 'Planhat holds it as we would write it.' },
  missing: { label: 'Missing', why: 'It should exist and was never written.' },
  changed: { label: 'Changed', why: 'It exists and our content differs.' },
  moved: { label: 'Moved', why: 'It lies under another company or End User than the match gives now.' },
  'stale-placeholder': {
    label: 'Stale placeholder',
    why: 'A placeholder remains although the transcript is there.',
  },
  duplicate: { label: 'Duplicate', why: 'Several Conversations have the same external id.' },
  orphan: { label: 'Orphan', why: 'Planhat has it, Aircall has no such call.' },
  edited: { label: 'Edited', why: 'A person changed it; left alone.' },
  deleted: { label: 'Deleted', why: 'A person deleted it; left alone.' },
  unsupported: {
    label: 'Unsupported',
    why:
      'Planhat has it under a company although its number matches nobody now, or ' +
      "several: most often the automation's fallback contact. Reported, never touched.",
  },
  foreign: { label: 'Foreign', why: 'Another Conversation looks like this call: two integrations?' },
}
