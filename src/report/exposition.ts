/** PURE. Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats). */
export interface Metric {
  /** Without `aircall_sync_`, with which every name begins. */
  readonly name: string
  readonly help: string
  readonly type: 'gauge' | 'counter'
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]
}

export function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', samples: [{ value }] }
}

/** A sample for each value, by one label. */
export function labelled(
  name: string,
  help: string,
  label: string,
  values: Readonly<Record<string, number>>,
): Metric {
  const samples = Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }))
  return { name, help, type: 'gauge', samples }
}

/** The same for what only grows while the process runs. */
export function counter(...of: Parameters<typeof labelled>): Metric {
  return { ...labelled(...of), type: 'counter' }
}

/** The label of every sample, so that many tenants' files tell whose they are; without a profile there is none. */
export function profileLabel(profile: string | null): Readonly<Record<string, string>> {
  return profile === null ? {} : { profile }
}

/** A metric without a sample is left out; `common` are labels of every sample. */
export function renderExposition(
  metrics: readonly Metric[],
  common: Readonly<Record<string, string>> = {},
): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map((metric) => renderMetric(metric, common))
    .join('')
}

function renderMetric(
  { name, help, type, samples }: Metric,
  common: Readonly<Record<string, string>>,
): string {
  const full = `aircall_sync_${name}`
  const lines = samples.map(
    ({ labels, value }) => `${full}${renderLabels({ ...common, ...labels })} ${value}`,
  )
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines, ''].join('\n')
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
