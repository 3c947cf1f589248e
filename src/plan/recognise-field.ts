import type { Content } from '../content.ts'
import type { ConversationSettings } from '../content-settings.ts'
import { foldText } from '../conversation/html.ts'
import { defaultConversationSettings } from '../conversation/settings.ts'
import type { Call } from '../domain.ts'
import type { DesiredRecord, FieldName, Person, RemoteRecord } from '../records.ts'
import { isAutomationDescription, isOwnDescription, MAX_REWRITE_SECONDS } from './automation.ts'
import { fieldValue, instantOf, isUnset } from './diff.ts'
import { FORMER_TEXTS } from './former/former-texts.ts'
import { areAmong, namedPeople } from './people.ts'
import { isReplaceableLink, isSignedLink } from './recording-link.ts'

export interface Recognition {
  readonly desired: DesiredRecord
  readonly remote: RemoteRecord
  readonly content: Content
  readonly settings: ConversationSettings
}

/** What records are written with where nobody configured it: today, and in former versions. */
const DEFAULTS = [defaultConversationSettings, ...FORMER_TEXTS]

const FIRST_DAYS_OF_TIME_MS = 366 * 86_400_000
const CREATION_MS = 5000

/** Has a mark that only the live automation leaves, so that it may be replaced even over our own entry. */
export function bearsAutomationMark(field: FieldName, o: Recognition): boolean {
  const value = fieldValue(o.remote, field)
  if (field === 'description') return isAutomationDescription(String(value ?? ''), o)
  if (field === 'date') return isImpossibleDate(instantOf(value))
  return field === `custom.${o.settings.recordingField}` && isSignedLink(value)
}

/**
 * Whether the automation, or an earlier run of ours whose ledger is lost, can have written this field. Anything
 * else is taken for a person's (docs/reference/automation.md section 10: there is no record of what it sent).
 */
export function isRecognised(field: FieldName, o: Recognition): boolean {
  const value = fieldValue(o.remote, field)
  if (isUnset(value) || bearsAutomationMark(field, o)) return true
  switch (field) {
    // Under another company or contact: the match decides, or nothing of section 8 M1-M6 could ever be healed.
    case 'companyId':
    case 'contactId':
      return true
    case 'type':
      // `note` is what Planhat makes of a type it does not know (docs/reference/planhat-api.md section 2).
      return value === 'note' || DEFAULTS.some(({ type }) => type === value)
    case 'subject':
      return isKnownSubject(String(value), o)
    case 'description':
      return isOwnDescription(String(value), o)
    case 'date':
      return isTimeOfCall(instantOf(value), o.content.call) || isTimeOfCreation(o.remote)
    case 'endusers':
      return isReplaceableEndUsers(o)
    case 'users':
      return areAmong(namedPeople(value), [...o.desired.payload.users, ...agentOf(o.content.call)])
    default:
      if (field === `custom.${o.settings.recordingField}`) return isReplaceableLink(value, o.content.call.id)
      return isEarlierTime(value, fieldValue(o.desired.payload, field), sourceOf(field, o))
  }
}

function sourceOf(field: FieldName, { settings }: Recognition): string | undefined {
  return settings.customFields[field.replace(/^custom\./u, '')]
}

/** A custom field with the talk time or the end of the call, from before Aircall rewrote them. */
function isEarlierTime(remote: unknown, ours: unknown, source: string | undefined): boolean {
  if (source === 'durationSeconds') return isNear(Number(remote), Number(ours))
  const [before, now] = [instantOf(remote), instantOf(ours)]
  return source === 'endedAt' && before !== null && now !== null && isNear(before / 1000, now / 1000)
}

function isNear(seconds: number, other: number | null): boolean {
  return other !== null && Math.abs(seconds - other) <= MAX_REWRITE_SECONDS
}

/** Held End Users and ours have nobody in common: the record hangs on somebody else. */
export function isUnderOtherEndUser({ desired, remote }: Pick<Recognition, 'desired' | 'remote'>): boolean {
  const [theirs, ours] = [namedPeople(remote.endusers), desired.payload.endusers]
  if (theirs.length > 0) return !theirs.some((one) => areAmong([one], ours))
  return remote.contactId !== undefined && ours.length > 0 && !ours.some((one) => one.id === remote.contactId)
}

/** A part of ours, e-mails only, or other people altogether; a person who was added to ours stays. */
function isReplaceableEndUsers(o: Recognition): boolean {
  const remote = namedPeople(o.remote.endusers)
  return (
    areAmong(remote, o.desired.payload.endusers) ||
    remote.every((one) => one.id === undefined) ||
    isUnderOtherEndUser(o)
  )
}

/** Whom Aircall names for the call, also when nobody took it: the automation writes them all the same. */
function agentOf({ agent }: Call): Person[] {
  if (agent === null) return []
  return [{ ...(agent.name ? { name: agent.name } : {}), ...(agent.email ? { email: agent.email } : {}) }]
}

/** 1970: UNIX seconds read as milliseconds (docs/reference/automation.md C3). */
function isImpossibleDate(instant: number | null): boolean {
  return instant !== null && instant < FIRST_DAYS_OF_TIME_MS
}

function isTimeOfCall(instant: number | null, call: Call): boolean {
  const seconds = [call.startedAt, call.endedAt].filter((time) => time !== null)
  if (instant !== null && isNear(instant / 1000, call.endedAt)) return true
  // Milliseconds read as seconds and read once more as milliseconds end up a thousand times too late.
  return instant !== null && seconds.some((time) => instant === time * 1000 || instant === time * 1_000_000)
}

/** A date that Planhat could not read became the moment of creation (docs/reference/planhat-api.md section 2). */
function isTimeOfCreation(remote: RemoteRecord): boolean {
  const [date, created] = [instantOf(remote.date), instantOf(remote.createDate ?? '')]
  return date !== null && created !== null && Math.abs(date - created) <= CREATION_MS
}

function isKnownSubject(subject: string, o: Recognition): boolean {
  const folded = foldText(subject)
  return templatesOf(o).some((template) => {
    const [before = '', after = ''] = foldText(template).split('{who}')
    if (folded.length < before.length + after.length) return false
    if (!folded.startsWith(before) || !folded.endsWith(after)) return false
    return isKnownWho(folded.slice(before.length, folded.length - after.length), o)
  })
}

function templatesOf({ desired, settings }: Recognition): string[] {
  return [settings, ...DEFAULTS].flatMap(({ subjects: s }) =>
    desired.record === 'call'
      ? [s.inboundCall, s.outboundCall, 'Aircall - call answered with {who}']
      : [s.inboundTranscript, s.outboundTranscript],
  )
}

/** An e-mail, a number, what Aircall gave for one, "Unknown", or the name of somebody the record hangs on. */
function isKnownWho(who: string, { content, remote }: Recognition): boolean {
  if (who === 'Unknown' || /^[^\s@]+@[^\s@]+$/u.test(who) || /^\+?[\d\s().-]{3,30}$/u.test(who)) return true
  const names = [content.call.rawDigits ?? undefined, ...remote.endusers.map((one) => one.name)]
  return names.some((name) => name !== undefined && foldText(name) === who)
}
