import type { Readiness } from '../../inbox/answer.ts'
import type { Tally } from '../../inbox/tally.ts'
import { renderListenMetrics } from '../../report/listen-metrics.ts'
import type { Listener } from './listener.ts'
import type { Trouble } from './trouble.ts'

/** docs/contract.md section 9. */
const BACKLOG_MS = 15 * 60_000

/** How the listener stands: what `/readyz` says. */
export function readinessOf({ inbox }: Listener, trouble: Trouble | null): Readiness {
  const isWritable = inbox.isWritable()
  const isBehind = isWritable && inbox.counts().overdueMs > BACKLOG_MS
  const reasons = [
    ...(isWritable ? [] : ['inbox']),
    ...(trouble === null ? [] : [trouble.code]),
    ...(isBehind ? ['backlog'] : []),
  ]
  return { ready: isWritable, working: trouble === null && !isBehind, reasons }
}

export function metricsOf(listener: Listener, trouble: Trouble | null, tally: Tally): string {
  const { inbox, settings } = listener
  return renderListenMetrics({
    profile: settings.profile,
    ...inbox.counts(),
    answers: tally.answers,
    lastEventAt: inbox.noted('lastEventAt'),
    working: readinessOf(listener, trouble).working,
  })
}
