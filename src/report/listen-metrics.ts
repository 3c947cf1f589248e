import { counter, gauge, type Metric, profileLabel, renderExposition } from './exposition.ts'

/** PURE. How a listener stands, for a scrape. No label holds an id or a number. */
export interface ListenFacts {
  /** The label of every metric; null without a profile. */
  readonly profile: string | null
  /** Answers by HTTP status, since the process began. */
  readonly answers: Readonly<Record<string, number>>
  readonly open: number
  readonly waiting: number
  readonly dead: number
  readonly oldestMs: number
  /** ISO 8601, null while none has come. */
  readonly lastEventAt: string | null
  readonly working: boolean
}

/** The Prometheus text of `GET /metrics` (docs/contract.md section 9). */
export function renderListenMetrics(facts: ListenFacts): string {
  return renderExposition(metricsOf(facts), profileLabel(facts.profile))
}

function metricsOf(facts: Omit<ListenFacts, 'profile'>): Metric[] {
  const { answers, open, waiting, dead, oldestMs, lastEventAt, working } = facts
  return [
    counter('listen_events_total', 'Deliveries by the status they were answered with.', 'answer', answers),
    gauge('listen_open_calls', 'Calls with an event that is not served yet.', open),
    gauge('listen_waiting_calls', 'Calls that wait for a text which Aircall does not have yet.', waiting),
    gauge('listen_dead_calls', 'Calls that are not tried again by themselves.', dead),
    gauge('listen_oldest_open_seconds', 'How long the oldest event waits.', oldestMs / 1000),
    ...(lastEventAt === null
      ? []
      : [
          gauge(
            'listen_last_event_timestamp_seconds',
            'When an event came last.',
            Date.parse(lastEventAt) / 1000,
          ),
        ]),
    gauge(
      'listen_working',
      'Whether calls are worked: 0 after a guard or wrong credentials.',
      working ? 1 : 0,
    ),
  ]
}
