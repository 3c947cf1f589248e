import { gauge, labelled, type Metric, profileLabel, renderExposition } from './exposition.ts'
import { countMatchable, countMatched, type Summary } from './summary.ts'

/** PURE. What a scrape needs to know of the last reconcile, besides its summary. */
export interface MetricFacts {
  /** The label of every metric; null without a profile. */
  readonly profile: string | null
  readonly summary: Summary
  readonly nowMs: number
  /** UNIX seconds of the last run that ended with exit 0, this one included; null when there was none. */
  readonly lastSuccess: number | null
  readonly indexBuiltAtMs: number | null
  readonly pendingTranscripts: number
}

/** The Prometheus text of a run; every name begins with `aircall_sync_` and is a gauge of the last run. */
export function renderMetrics(facts: MetricFacts): string {
  return renderExposition(metricsOf(facts), profileLabel(facts.profile))
}

function metricsOf({
  summary,
  nowMs,
  lastSuccess,
  indexBuiltAtMs,
  pendingTranscripts,
}: Omit<MetricFacts, 'profile'>): Metric[] {
  const { run, calls, drift, requests } = summary
  const seconds = (iso: string) => (iso === '' ? nowMs : Date.parse(iso)) / 1000
  const matchable = countMatchable(calls.buckets)
  return [
    ...(lastSuccess === null
      ? []
      : [gauge('last_success_timestamp_seconds', 'When a reconcile last ended with exit 0.', lastSuccess)]),
    gauge('last_run_timestamp_seconds', 'When the last reconcile ended.', seconds(run.endedAt)),
    gauge('last_run_exit_code', 'Exit code of the last reconcile.', run.exitCode),
    gauge(
      'last_run_duration_seconds',
      'How long the last reconcile took.',
      Math.round((seconds(run.endedAt) - seconds(run.startedAt)) * 1000) / 1000,
    ),
    labelled('drift_records', 'Records by drift class, before anything was healed.', 'class', drift ?? {}),
    labelled('requests', 'Requests of the last run by API.', 'api', {
      aircall: requests.aircall.total,
      planhat: requests.planhat.total,
    }),
    labelled('throttled', 'Answers of 429 by API.', 'api', {
      aircall: requests.aircall.throttled,
      planhat: requests.planhat.throttled,
    }),
    labelled('calls', 'Calls of the window by bucket.', 'bucket', calls.buckets),
    ...(matchable === 0
      ? []
      : [
          gauge(
            'match_rate_ratio',
            'Share of calls with a usable number that matched.',
            countMatched(calls.buckets) / matchable,
          ),
        ]),
    gauge('unmatched_calls', 'Calls of the window whose number no End User has.', calls.buckets.unmatched),
    gauge('pending_transcripts', 'Transcripts that Aircall did not have yet.', pendingTranscripts),
    ...(indexBuiltAtMs === null
      ? []
      : [gauge('index_age_seconds', 'Age of the phone index.', (nowMs - indexBuiltAtMs) / 1000)]),
  ]
}
