import type { ConversationSettings } from '../content-settings.ts'

/** Parity with Planhat's recommended automation (docs/contract.md sections 6 and 7). The dash is U+2013. */
export const defaultConversationSettings: ConversationSettings = {
  type: 'Cold Call',
  records: 'split',
  recordingField: 'Call Recording',
  externalId: { call: '{callId}-cold call', transcript: '{callId}-transcript' },
  subjects: {
    inboundCall: 'Aircall \u2013 inbound call from {who}',
    outboundCall: 'Aircall \u2013 call made to {who}',
    inboundTranscript: 'Aircall \u2013 inbound call transcript from {who}',
    outboundTranscript: 'Aircall \u2013 outbound call transcript with {who}',
  },
  customFields: {},
  users: {},
  // Planhat takes POST bodies up to 1 MB and names no limit of the field (docs/reference/planhat-api.md section 2): a
  // fifth of it is some four hours of talk and leaves room for other records in a batch.
  maxTranscriptChars: 200_000,
  content: { notes: true, transfers: true, insights: [], insightsMinTalkSeconds: 60 },
}
