import { countMatchable, countMatched, type Summary } from './summary.ts'

/** PURE. What a scrape needs to know of the last reconcile, besides its summary. */
export interface MetricFacts {
  readonly summary: Summary
  readonly nowMs: number
  /** UNIX seconds of the last run that ended with exit 0, this one included; null when there was none. */
  readonly lastSuccess: number | null
  readonly indexBuiltAtMs: number | null
  readonly pendingTranscripts: number
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]
}

/** The Prometheus text of a run; every name begins with `aircall_sync_` and is a gauge of the last run. */
export function renderMetrics(facts: MetricFacts): string {
  return metricsOf(facts).map(renderMetric).join('')
}

function metricsOf({
  summary,
  nowMs,
  lastSuccess,
  indexBuiltAtMs,
  pendingTranscripts,
}: MetricFacts): Metric[] {
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
    gauge('unmatched_calls', 'Calls of the window whose number no End User bears.', calls.buckets.unmatched),
    gauge('pending_transcripts', 'Transcripts that Aircall did not have yet.', pendingTranscripts),
    ...(indexBuiltAtMs === null
      ? []
      : [gauge('index_age_seconds', 'Age of the phone index.', (nowMs - indexBuiltAtMs) / 1000)]),
  ]
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, samples: [{ value }] }
}

function labelled(
  name: string,
  help: string,
  label: string,
  values: Readonly<Record<string, number>>,
): Metric {
  return {
    name,
    help,
    samples: Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value })),
  }
}

function renderMetric({ name, help, samples }: Metric): string {
  if (samples.length === 0) return ''
  const full = `aircall_sync_${name}`
  const lines = samples.map(({ labels, value }) => `${full}${renderLabels(labels)} ${value}`)
  return [`# HELP ${full} ${help}`, `# TYPE ${full} gauge`, ...lines, ''].join('\n')
}

function renderLabels(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
