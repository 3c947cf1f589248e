import { readFileSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse/sync'
import { restore } from './spreadsheet.ts'
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

const HEADER = ['line', 'call_id', 'record', 'external_id', 'code', 'message', 'planhat_message'] as const

/** Writes `failures.csv` of a run, in the review CSV's dialect, replacing the one of an earlier attempt. */
export function writeFailures(path: string, failures: Iterable<Failure>): { rows: number } {
  return writeCsv(path, HEADER, rowsOf(failures), { overwrite: true })
}

function* rowsOf(failures: Iterable<Failure>): Generator<string[]> {
  for (const { line, callId, record, externalId, code, message, planhatMessage } of failures) {
    yield [line === null ? '' : String(line), callId, record, externalId, code, message, planhatMessage]
  }
}

/**
 * The rows of a `failures.csv`, also after a spreadsheet saved it as CSV; a column that is missing is empty. None where
 * the file is gone or cannot be read as a table any more: it is for people, and whoever adds to it goes on.
 */
export function readFailures(path: string): Failure[] {
  const [header = [], ...lines] = readTable(path)
  return lines.map((cells) => {
    const cell = (name: (typeof HEADER)[number]) => restore(cells[header.indexOf(name)] ?? '')
    return {
      line: cell('line') === '' ? null : Number(cell('line')),
      callId: cell('call_id'),
      record: cell('record'),
      externalId: cell('external_id'),
      code: cell('code'),
      message: cell('message'),
      planhatMessage: cell('planhat_message'),
    }
  })
}

function readTable(path: string): string[][] {
  const options = { bom: true, delimiter: [',', ';', '\t'], relax_column_count: true, relax_quotes: true }
  try {
    return parse(readFileSync(path, 'utf8'), options)
  } catch (error) {
    if (error instanceof CsvError || (error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** What failures.csv of a run names, as far as one session of the run knows. */
export class FailureList {
  readonly rows: Failure[] = []
  /** Calls that Aircall has and that could not be read. */
  readonly unread = new Set<string>()
  readonly #again = new Set<string>()

  /** The call is taken up again: what an earlier session of the run said of it no longer holds. */
  takeUp(callId: string): void {
    this.#again.add(callId)
  }

  /** Those of an earlier session that still hold, then those of this one. */
  after(earlier: readonly Failure[]): readonly Failure[] {
    const again = new Set([...this.#again, ...this.rows.map(nameOf)])
    return [...earlier.filter((row) => !again.has(nameOf(row))), ...this.rows]
  }
}

/** A call without an id is known by what was wrong with it. */
function nameOf({ callId, message }: Failure): string {
  return callId || message
}
