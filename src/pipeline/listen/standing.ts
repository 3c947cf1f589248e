import type { Readiness } from '../../inbox/answer.ts'
import type { Tally } from '../../inbox/tally.ts'
import { renderListenMetrics } from '../../report/listen-metrics.ts'
import type { Listener } from './listener.ts'
import type { Trouble } from './trouble.ts'

/** docs/contract.md section 9. */
const BACKLOG_MS = 15 * 60_000

/** How the listener stands: what `/readyz` says. */
export function readinessOf({ inbox }: Listener, troubles: readonly Trouble[]): Readiness {
  const isWritable = inbox.isWritable()
  const isBehind = isWritable && inbox.counts().overdueMs > BACKLOG_MS
  const reasons = [
    ...(isWritable ? [] : ['inbox']),
    ...new Set(troubles.map(({ code }) => code)),
    ...(isBehind ? ['backlog'] : []),
  ]
  return { ready: isWritable, working: troubles.length === 0 && !isBehind, reasons }
}

export function metricsOf(listener: Listener, troubles: readonly Trouble[], tally: Tally): string {
  const { inbox, settings } = listener
  return renderListenMetrics({
    profile: settings.profile,
    ...inbox.counts(),
    answers: tally.answers,
    lastEventAt: inbox.noted('lastEventAt'),
    working: readinessOf(listener, troubles).working,
  })
}
