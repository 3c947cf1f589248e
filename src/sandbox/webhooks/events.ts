/**
 * The events that a webhook can have, by the names that docs/reference/aircall-api.md section 6 gives. The rest of
 * the 67 concern no call.
 */
export const ALL_EVENTS: readonly string[] = [
  ...[
    'created',
    'ringing_on_agent',
    'agent_declined',
    'answered',
    'transferred',
    'external_transferred',
    'unsuccessful_transfer',
    'hungup',
    'ended',
    'hold',
    'unhold',
    'ivr_option_selected',
    'comm_assets_generated',
    'voicemail_left',
    'assigned',
    'archived',
    'tagged',
    'untagged',
    'commented',
  ].map((name) => `call.${name}`),
  'transcription.created',
  'summary.created',
  'topics.created',
  'sentiment.created',
  'action_item.created',
  'playbook_result.created',
  'playbook_result.updated',
  'realtime_transcription.utterances_received',
  'custom_summary.result_created',
  'custom_summary.result_updated',
  'call_evaluation.created',
  'call_evaluation.updated',
  'contact.created',
  'contact.updated',
  'contact.deleted',
  'integration.deleted',
]

const OTHER_EVENT = /^(user|number|message|group_message|ai_voice_agent|analytics)\.[a-z_.0-9]+$/

export function isKnownEvent(name: unknown): name is string {
  return typeof name === 'string' && (ALL_EVENTS.includes(name) || OTHER_EVENT.test(name))
}
