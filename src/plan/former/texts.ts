import type { Content, Transcript } from '../../content.ts'
import type { ConversationSettings } from '../../content-settings.ts'
import type { Call } from '../../domain.ts'

/** What a version wrote of a call, as far as it can be made again from the call alone. */
export interface Texts {
  readonly version: string
  /** How the call went. */
  readonly call: (content: Content) => string
  readonly transcriptLead: (call: Call, transcript: Transcript) => string
  readonly transcriptBlock: (
    transcript: Transcript,
    o: { readonly maxChars: number; readonly link: string | null },
  ) => string
  readonly type: ConversationSettings['type']
  readonly subjects: ConversationSettings['subjects']
}
