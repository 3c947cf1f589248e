import type { Paint } from '../summary.ts'
import { formatNoun, wrap } from './words.ts'

interface Line {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failure'
  readonly message: string
  readonly remedy: string | null
  readonly people?: string
}

interface Answer {
  readonly name: string
  readonly answer: string
  readonly detail: string
}

const STYLES = { ok: 'good', warning: 'warn', failure: 'bad' } as const
const ORDER = ['ok', 'warning', 'failure'] as const
const INDENT = 10
const ANSWER_INDENT = 28

/**
 * PURE. A line a check, its remedy below it, what fails last, where the eye is; before
 * it what Planhat was found to do, and at the end a line that says how it stands.
 */
export function formatDiagnosis(
  { checks, probes }: { readonly checks: readonly Line[]; readonly probes: readonly Answer[] },
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const sorted = ORDER.map((status) => checks.filter((check) => check.status === status))
  const [good = [], ...bad] = sorted.map((group) =>
    group.flatMap((check) => formatCheck(check, { width, paint })),
  )
  const count = (status: Line['status']) => checks.filter((check) => check.status === status).length
  const [failures, warnings] = [count('failure'), count('warning')]
  const verdict =
    failures > 0 ? paint('bad', 'Not ready') : paint('good', warnings > 0 ? 'Ready, with warnings' : 'Ready')
  return [
    ...good,
    ...formatAnswers(probes, width),
    ...bad.flat(),
    '',
    `${verdict}: ${count('ok')} ok, ${formatNoun(warnings, 'warning')}, ${formatNoun(failures, 'failure')}.`,
  ].join('\n')
}

function formatCheck(
  { name, status, message, remedy, people }: Line,
  o: { width: number; paint: Paint },
): string[] {
  const whom = people === undefined ? '' : `: ${people}`
  return [
    ...hang(`${o.paint(STYLES[status], status.padEnd(INDENT))}`, `${name}: ${message}${whom}`, o.width),
    ...(remedy === null ? [] : hang(' '.repeat(INDENT), `-> ${remedy}`, o.width)),
  ]
}

function formatAnswers(probes: readonly Answer[], width: number): string[] {
  if (probes.length === 0) return []
  const lines = probes.flatMap(({ name, answer, detail }) =>
    hang(
      `  ${name}`.padEnd(ANSWER_INDENT),
      detail === '' ? answer : `${answer}: ${detail}`,
      width,
      ANSWER_INDENT,
    ),
  )
  return ['', 'What this Planhat does, as the write probe found it:', ...lines, '']
}

function hang(head: string, text: string, width: number, indent = INDENT): string[] {
  const [first = '', ...more] = wrap(text, width - indent)
  return [`${head}${first}`, ...more.map((line) => ' '.repeat(indent) + line)]
}
