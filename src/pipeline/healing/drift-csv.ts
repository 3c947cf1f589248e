import { toPlainText } from '../../conversation/html.ts'
import type { FieldChange } from '../../records.ts'
import { COLUMNS, nameLine, showCells } from '../../review/columns.ts'
import { writeCsv } from '../../review/write.ts'
import type { Finding } from './drift-scan.ts'

/** The review columns, then what is particular to a difference. */
export const DRIFT_COLUMNS = [...COLUMNS, 'class', 'sign', 'planhat_id', 'before', 'after'] as const

const MAX_VALUE = 120

/** Writes one row a difference: the review columns plus class and a field-level before and after. */
export function writeDriftCsv(path: string, findings: readonly Finding[]): void {
  writeCsv(path, DRIFT_COLUMNS, rowsOf(findings), { overwrite: true })
}

function* rowsOf(findings: readonly Finding[]): Generator<string[]> {
  for (const finding of findings) {
    const { row } = finding
    const changes = [...row.changes, ...row.edited]
    const shown = reviewCells(finding)
    const values: Record<string, string> = {
      ...shown,
      decision: '',
      call_id: row.callId,
      record: row.record,
      external_id: row.externalId,
      changes: changes.map(({ field }) => field).join(', '),
      class: row.class,
      sign: row.sign,
      planhat_id: row.planhatId ?? '',
      before: changes.map((change) => say(change.field, change.before)).join('; '),
      after: changes.map((change) => say(change.field, change.after)).join('; '),
    }
    yield DRIFT_COLUMNS.map((column) => values[column] ?? '')
  }
}

function reviewCells({ call, match, planned, row }: Finding): Readonly<Record<string, string>> {
  if (call === null || match === null) return {}
  return nameLine(showCells({ call, match, planned, record: row.record, callsOfNumber: 0 }))
}

function say(field: FieldChange['field'], value: unknown): string {
  if (value === undefined || value === null) return `${field}=`
  const text =
    typeof value === 'string' ? toPlainText(value, MAX_VALUE) : JSON.stringify(value).slice(0, MAX_VALUE)
  return `${field}=${text}`
}
