import { flatten, type Source } from './merge.ts'
import { describeProxy } from './proxy.ts'
import { PING_URL, type Settings } from './settings.ts'

export interface SettingRow {
  readonly key: string
  readonly value: unknown
  readonly source: Source | 'not set'
}

/** Every setting in force with where it came from; secrets as `[hidden]`. */
export function listSettings(settings: Settings): SettingRow[] {
  const { aircall, planhat } = settings.credentials
  const own = [
    ['configFile', settings.configPath, settings.configPath === null ? 'not set' : 'file'],
    ['profile', settings.profile, settings.sources['profile'] ?? 'not set'],
  ] as const
  const places = (['stateDir', 'aircallBaseUrl', 'planhatBaseUrl'] as const).map((key) => ({
    key,
    value: settings[key],
    source: settings.sources[key] ?? 'default',
  }))
  return [
    ...own.map(([key, value, source]) => ({ key, value, source })),
    ...places,
    proxyRow(settings),
    secretRow('AIRCALL_API_ID', aircall !== null),
    secretRow('AIRCALL_API_TOKEN', aircall !== null),
    secretRow('PLANHAT_API_TOKEN', planhat !== null),
    secretRow(PING_URL, settings.pingUrl !== null),
    secretRow('AIRCALL_WEBHOOK_TOKEN', settings.webhook.tokens.length > 0),
    ...flatten(settings.config).map(([key, value]) => ({
      key,
      value,
      source: settings.sources[key] ?? ('default' as const),
    })),
  ]
}

function secretRow(key: string, isSet: boolean): SettingRow {
  return { key, value: isSet ? '[hidden]' : null, source: isSet ? 'environment' : 'not set' }
}

function proxyRow({ proxy }: Settings): SettingRow {
  const key = 'HTTPS_PROXY'
  return proxy === null
    ? { key, value: null, source: 'not set' }
    : { key, value: describeProxy(proxy), source: 'environment' }
}

/** Three columns: key, where it came from, value. The value is last, since it may be long. */
export function formatSettings(rows: readonly SettingRow[]): string {
  const width = Math.max(...rows.map((row) => row.key.length))
  return rows
    .map((row) => `${row.key.padEnd(width)}  ${row.source.padEnd(11)}  ${formatValue(row.value)}`.trimEnd())
    .join('\n')
}

function formatValue(value: unknown): string {
  if (value === null) return '-'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
