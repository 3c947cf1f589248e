import { writeCsv } from './write.ts'

/** One record that was refused, held back or failed: docs/contract.md section 7. */
export interface Failure {
  /** Line of the reviewed CSV; null where the record came from no file. */
  readonly line: number | null
  readonly callId: string
  readonly record: string
  readonly externalId: string
  /** Stable code of `docs/errors.md`. */
  readonly code: string
  readonly message: string
  /** Planhat's own words; empty where it was not asked. */
  readonly planhatMessage: string
}

const HEADER = ['line', 'call_id', 'record', 'external_id', 'code', 'message', 'planhat_message']

/** Writes `failures.csv` of a run, in the review CSV's dialect, replacing the one of an earlier attempt. */
export function writeFailures(path: string, failures: Iterable<Failure>): { rows: number } {
  return writeCsv(path, HEADER, rowsOf(failures), { overwrite: true })
}

function* rowsOf(failures: Iterable<Failure>): Generator<string[]> {
  for (const { line, callId, record, externalId, code, message, planhatMessage } of failures) {
    yield [line === null ? '' : String(line), callId, record, externalId, code, message, planhatMessage]
  }
}
