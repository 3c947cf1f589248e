import { formatDuration, formatNoun } from './words.ts'

/** PURE. How a listener stands; also the body of `listen status --json` (docs/contract.md section 9). */
export interface ListenStatus {
  readonly listening: boolean
  /** Empty where nobody listens, as `since`. */
  readonly url: string
  readonly since: string
  readonly open: number
  readonly dead: number
  readonly oldestSeconds: number
  readonly lastEventAt: string
  readonly lastWriteAt: string
  /** At most a hundred of them. */
  readonly deadCalls: readonly { readonly callId: string; readonly code: string }[]
}

export function formatListenStatus(status: ListenStatus): string {
  const { listening, url, since, open, dead, oldestSeconds, lastEventAt, lastWriteAt, deadCalls } = status
  const oldest = open === 0 ? '' : `, the oldest for ${formatDuration(oldestSeconds * 1000)}`
  return [
    listening ? `Listening on ${url} since ${since}.` : 'Nobody listens for this profile.',
    `${formatNoun(open, 'call')} with an event to be worked${oldest}; ${formatNoun(dead, 'dead call')}.`,
    `Last event: ${lastEventAt || 'none'}. Last write to Planhat: ${lastWriteAt || 'none'}.`,
    ...deadCalls.map(({ callId, code }) => `  ${callId}  ${code}`),
    ...(dead > 0 ? ['Next: aircall-sync listen retry'] : []),
    ...(listening ? [] : ['Next: aircall-sync listen']),
  ].join('\n')
}
