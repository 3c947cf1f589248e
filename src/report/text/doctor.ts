import type { Paint } from '../summary.ts'
import { formatNoun, wrap } from './words.ts'

interface Line {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failure'
  readonly message: string
  readonly remedy: string | null
}

const STYLES = { ok: 'good', warning: 'warn', failure: 'bad' } as const
const INDENT = 10

/** PURE. A line a check, its remedy below it, and a last line that says how it stands. */
export function formatDiagnosis(
  checks: readonly Line[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const lines = checks.flatMap(({ name, status, message, remedy }) => [
    ...hang(`${paint(STYLES[status], status.padEnd(INDENT))}`, `${name}: ${message}`, width),
    ...(remedy === null ? [] : hang(' '.repeat(INDENT), `-> ${remedy}`, width)),
  ])
  const count = (status: Line['status']) => checks.filter((check) => check.status === status).length
  const [failures, warnings] = [count('failure'), count('warning')]
  const verdict =
    failures > 0 ? paint('bad', 'Not ready') : paint('good', warnings > 0 ? 'Ready, with warnings' : 'Ready')
  return [
    ...lines,
    '',
    `${verdict}: ${count('ok')} ok, ${formatNoun(warnings, 'warning')}, ${formatNoun(failures, 'failure')}.`,
  ].join('\n')
}

function hang(head: string, text: string, width: number): string[] {
  const [first = '', ...more] = wrap(text, width - INDENT)
  return [`${head}${first}`, ...more.map((line) => ' '.repeat(INDENT) + line)]
}
