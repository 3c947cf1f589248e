/** The Aircall account of the made-up company: its lines and agents, and the team on Planhat's side. */
import type { RawLine, RawUser } from '../aircall/types.ts'
import type { RawCustomField, RawPlanhatUser } from '../planhat/types.ts'
import { FIRST_LINE_ID } from '../transcription.ts'
import { FIRST_NAMES, LAST_NAMES } from './names.ts'
import type { NumberSource } from './world-types.ts'

const AIRCALL = 'https://api.aircall.io'
const LINES = [
  ['Main line', 'US', 'America/Chicago'],
  ['Support', 'US', 'America/New_York'],
  ['Bureau de Paris', 'FR', 'Europe/Paris'],
  ['London office', 'GB', 'Europe/London'],
  ['Büro Berlin', 'DE', 'Europe/Berlin'],
  ['Sydney office', 'AU', 'Australia/Sydney'],
] as const
const AGENTS = 12
/** Every fourth agent has no user in Planhat. */
const WITHOUT_PLANHAT_USER = 4

/**
 * The spoken messages of a line: they make a live list item 1-2 kB heavier (docs/reference/aircall-api.md section 3).
 */
function lineMessages(id: number): Record<string, string> {
  const names = [
    'welcome',
    'waiting',
    'ivr',
    'voicemail',
    'closed',
    'callback_later',
    'unanswered_call',
    'after_hours',
    'ringing_tone',
  ]
  return Object.fromEntries(
    names.map((name) => [name, `https://assets.example.com/numbers/${id}/${name}.mp3`]),
  )
}

export function makeLines(takeNumber: NumberSource): RawLine[] {
  return LINES.map(([name, country, zone], index) => {
    const id = FIRST_LINE_ID + index
    return {
      id,
      direct_link: `${AIRCALL}/v1/numbers/${id}`,
      name,
      digits: takeNumber(country)?.pretty ?? '+1 202-555-0100',
      created_at: '2025-09-28T10:21:51.000Z',
      country,
      time_zone: zone,
      open: true,
      availability_status: 'open',
      is_ivr: index === 1,
      live_recording_activated: true,
      priority: null,
      messages: lineMessages(id),
      flow_editor_enabled: true,
    }
  })
}

export function makeAgents(): RawUser[] {
  return Array.from({ length: AGENTS }, (_, index) => {
    const id = 2_000_001 + index
    const first = FIRST_NAMES[(index * 7) % FIRST_NAMES.length] ?? 'Ada'
    const last = LAST_NAMES[(index * 5) % LAST_NAMES.length] ?? 'Vance'
    return {
      id,
      direct_link: `${AIRCALL}/v2/users/${id}`,
      name: `${first} ${last}`,
      email: `agent${index + 1}@brightline.example`,
      available: true,
      availability_status: 'available',
      created_at: '2025-09-28T10:21:09.000Z',
      time_zone: 'Etc/UTC',
      language: 'en-US',
      state: 'always_opened',
      wrap_up_time: 0,
      extension: String(index + 1).padStart(3, '0'),
    }
  })
}

/** Planhat's users: most agents, their e-mail in another case than Aircall's, and one who left. */
export function makePlanhatUsers(agents: readonly RawUser[], newId: () => string): RawPlanhatUser[] {
  const users = agents
    .filter((_, index) => index % WITHOUT_PLANHAT_USER !== WITHOUT_PLANHAT_USER - 1)
    .map((agent, index) => {
      const [firstName = '', ...rest] = agent.name.split(' ')
      const local =
        index % 2 === 0 ? agent.email : agent.email.replace(/^a/, 'A').replace('brightline', 'BrightLine')
      return {
        _id: newId(),
        email: local,
        nickName: agent.name,
        firstName,
        lastName: rest.join(' '),
        roles: [],
        inactive: false,
        isHidden: false,
        custom: {},
      }
    })
  const left = { _id: newId(), email: 'left@brightline.example', nickName: 'Vera Quist', firstName: 'Vera' }
  return [...users, { ...left, lastName: 'Quist', roles: [], inactive: true, isHidden: false, custom: {} }]
}

/** The fields that Planhat's recipe has an admin make (docs/reference/automation.md section 2), and bystanders. */
export function makeCustomFields(newId: () => string): RawCustomField[] {
  const fields = [
    ['Conversation', 'Call Recording', 'url'],
    ['Conversation', 'Call Direction', 'text'],
    ['Conversation', 'Call Duration', 'number'],
    ['enduser', 'Phone 2', 'phone'],
    ['EndUser', 'Preferred Language', 'list'],
    ['company', 'Phone 2', 'phone'],
  ] as const
  return fields.map(([parent, name, type]) => ({
    _id: newId(),
    parent,
    name,
    type,
    isMandatory: false,
    isFormula: false,
    isHidden: false,
    isFeatured: true,
    listValues: type === 'list' ? ['English', 'Français'] : [],
  }))
}
