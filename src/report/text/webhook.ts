/**
 * PURE. The webhooks of an account, and what became of ours, for the terminal. No token is ever among what is handed
 * in.
 */
import { formatNoun } from './words.ts'

/** A webhook as it may be shown: never with its token. */
export interface ListedWebhook {
  readonly id: string
  readonly url: string
  readonly active: boolean
  readonly events: readonly string[]
  /** ISO 8601, null where Aircall does not say. */
  readonly createdAt: string | null
  readonly ours: boolean
}

export function formatWebhooks(webhooks: readonly ListedWebhook[]): string {
  if (webhooks.length === 0)
    return 'The account has no webhook.\nNext: aircall-sync webhook register --url https://calls.example.com/aircall'
  return webhooks.map(formatOne).join('\n')
}

function formatOne({ id, url, active, events, createdAt, ours }: ListedWebhook): string {
  const made = createdAt === null ? '' : `, made at ${createdAt}`
  return (
    `${id}${ours ? ' (ours)' : ''}\n  ${url}\n  ${active ? 'active' : 'switched off'}, ` +
    `${formatNoun(events.length, 'event')}${made}`
  )
}

export function formatHookStatus(status: {
  readonly url: string
  readonly found: boolean
  readonly active: boolean
  readonly missingEvents: readonly string[]
  readonly tokenKnown: boolean
  readonly isRotating: boolean
}): string {
  const { url, found, active, missingEvents, tokenKnown, isRotating } = status
  if (!found) {
    const where =
      url === '' ? 'No webhook of this account is known as ours' : `There is no webhook of ours to ${url}`
    return (
      `${where}.\nNext: aircall-sync webhook register --url ` +
      `${url === '' ? 'https://calls.example.com/aircall' : url}`
    )
  }
  const troubles = [
    ...(active ? [] : ['It is switched off: Aircall does so when deliveries fail. A listener revives it.']),
    ...(missingEvents.length === 0 ? [] : [`It lacks ${missingEvents.join(', ')}.`]),
    ...(tokenKnown ? [] : ['Its token is not known here: its deliveries would be refused.']),
  ]
  const head = `Our webhook goes to ${url}.`
  const rotating = isRotating ? ['A token is being replaced. Next: aircall-sync webhook rotate --finish'] : []
  if (troubles.length === 0)
    return [
      head,
      'It is as it should be: active, with every event that is wanted, and its token in force.',
      ...rotating,
    ].join('\n')
  return [head, ...troubles, `Next: aircall-sync webhook register --url ${url}`, ...rotating].join('\n')
}

interface Changed {
  readonly action: 'created' | 'adopted' | 'unchanged' | 'rotated' | 'finished' | 'removed'
  readonly id: string
  readonly url: string
  readonly envFile: string
  readonly variable: string
}

export function formatHookChange({ action, id, url, envFile, variable }: Changed): string {
  const kept = `Its token is in ${envFile} as ${variable}, and nowhere else.`
  const listen = 'Next: aircall-sync listen (Aircall switches a webhook off whose deliveries fail)'
  switch (action) {
    case 'created':
      return `Created webhook ${id} to ${url}.\n${kept}\n${listen}`
    case 'adopted':
      return `Adopted webhook ${id} to ${url}.\n${kept}\n${listen}`
    case 'rotated':
      return (
        `Made webhook ${id} to ${url} beside the old one. Both tokens are in ${envFile} as ${variable}.\n` +
        'A running listener takes them up within a minute. Then: aircall-sync webhook rotate --finish'
      )
    case 'finished':
      return `Webhook ${id} to ${url} is the only one now, and its token the only one in ${envFile}.`
    default:
      return `Nothing to do: webhook ${id} to ${url} is as it should be.`
  }
}

export function formatHookRemoval({
  ids,
  envFile,
  variable,
}: {
  readonly ids: readonly string[]
  readonly envFile: string
  readonly variable: string
}): string {
  const gone =
    ids.length === 0
      ? 'No webhook of ours was left.'
      : `Deleted ${formatNoun(ids.length, 'webhook')}: ${ids.join(', ')}.`
  return `${gone}\n${variable} is not in ${envFile}.`
}
