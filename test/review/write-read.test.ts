import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toVisible } from '../../src/conversation/well-formed.ts'
import { UsageError } from '../../src/errors.ts'
import type { StoredRow } from '../../src/records.ts'
import { type Cells, COLUMNS, lineOf, nameLine } from '../../src/review/columns.ts'
import { readFailures, writeFailures } from '../../src/review/failures.ts'
import { readReviewCsv } from '../../src/review/read.ts'
import { neutralise, toCell } from '../../src/review/spreadsheet.ts'
import { type WriteOptions, writeCsv } from '../../src/review/write.ts'
import { cellsOf, plan, temporaryFile } from './rows.ts'

const KEEP = { overwrite: false }

async function readAll(path: string) {
  const rows: { line: number; cells: Cells }[] = []
  for await (const row of readReviewCsv(path)) rows.push(row)
  return rows
}

const writeReviewCsv = async (path: string, rows: readonly StoredRow[], options: WriteOptions) =>
  writeCsv(path, COLUMNS, rows.map(lineOf), options)

async function failureOf(work: Promise<unknown>): Promise<UsageError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof UsageError) return error
  throw error ?? new Error('nothing was thrown')
}

describe('writing the review CSV', () => {
  it('has the bytes that csv-stringify gives for all rows, quoted or not', () => {
    const path = temporaryFile()
    const rows = fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1 })
    fc.assert(
      fc.property(rows, (lines) => {
        writeCsv(path, COLUMNS, lines, { overwrite: true })
        const quoted = stringify([[...COLUMNS], ...lines.map((line) => line.map(toCell))], {
          record_delimiter: '\r\n',
          quoted_match: /[\r\n;\t]|^\s|\s$/u,
        })
        expect(readFileSync(path, 'utf8')).toBe(`\ufeff${quoted}`)
      }),
    )
  })

  it('gives these exact bytes', async () => {
    const path = temporaryFile()
    expect(await writeReviewCsv(path, plan(), KEEP)).toEqual({ rows: 5 })
    const golden = fileURLToPath(new URL('../../fixtures/review/golden.csv', import.meta.url))
    expect(readFileSync(path, 'utf8')).toBe(readFileSync(golden, 'utf8'))
  })

  it('makes a private file, leaves nothing beside it, and keeps one that is there unless told', async () => {
    const path = temporaryFile()
    const before = process.umask(0)
    await writeReviewCsv(path, plan(), KEEP).finally(() => process.umask(before))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['review.csv'])
    expect((await failureOf(writeReviewCsv(path, [], KEEP))).code).toBe('FILE_EXISTS')
    expect(await readAll(path)).toHaveLength(5)
    await writeReviewCsv(path, [], { overwrite: true })
    expect(await readAll(path)).toEqual([])
  })

  it('leaves the old file whole when the rows fail midway', async () => {
    const path = temporaryFile()
    await writeReviewCsv(path, plan(), KEEP)
    const broken = (function* () {
      yield* plan().map(lineOf)
      throw new Error('the state failed')
    })()
    expect(() => writeCsv(path, COLUMNS, broken, { overwrite: true })).toThrow('the state failed')
    expect(await readAll(path)).toHaveLength(5)
    expect(readdirSync(dirname(path))).toEqual(['review.csv'])
  })

  it('says which folder cannot be written', async () => {
    const path = `${temporaryFile()}/deeper/review.csv`
    expect((await failureOf(writeReviewCsv(path, [], KEEP))).code).toBe('OUTPUT_UNWRITABLE')
  })
})

/** A file as spreadsheets save it. */
interface Saved {
  separator: string
  bom: string
  lineEnd: string
  encoding: 'utf8' | 'utf16le'
  quoted: boolean
}

const dialects = fc.record<Saved>({
  separator: fc.constantFrom(',', ';', '\t'),
  bom: fc.constantFrom('', '\ufeff'),
  lineEnd: fc.constantFrom('\r\n', '\n'),
  encoding: fc.constantFrom('utf8', 'utf16le'),
  quoted: fc.boolean(),
})

function save(path: string, rows: string[][], { separator, bom, lineEnd, encoding, quoted }: Saved) {
  const quoting = quoted ? { quoted: true } : { quoted_match: /[\r\n]/ }
  const text = stringify(rows, { delimiter: separator, record_delimiter: lineEnd, ...quoting })
  writeFileSync(path, Buffer.from(`${bom}${text}`, encoding))
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\r', '\n', "'", '=', '+', ' ', 'é', '\ufeff') }),
)

describe('reading the review CSV', () => {
  it('gives every cell back as it was written, whatever its text, but for control and direction signs', async () => {
    const path = temporaryFile()
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: COLUMNS.length - 1, maxLength: COLUMNS.length - 1 }),
        async (values) => {
          const line = [...values, 'r1']
          await writeCsv(path, COLUMNS, [line, line], { overwrite: true })
          const cells = nameLine(line.map(toVisible))
          expect((await readAll(path)).map((read) => read.cells)).toEqual([cells, cells])
        },
      ),
    )
  })

  it('takes a file of a version that had fewer columns', async () => {
    const path = temporaryFile()
    const header = COLUMNS.filter((column) => column !== 'candidate_names' && column !== 'calls_of_number')
    const cells = { ...cellsOf(plan()[3]!), candidate_names: '', calls_of_number: '' }
    writeCsv(path, header, [header.map((column) => cells[column])], { overwrite: true })
    expect(await readAll(path)).toEqual([{ line: 2, cells }])
  })

  it('takes any separator, line end, quoting, byte order mark and Unicode encoding, columns in any order', async () => {
    const path = temporaryFile()
    const order = fc.shuffledSubarray([...COLUMNS, 'notes'], { minLength: COLUMNS.length + 1 })
    await fc.assert(
      fc.asyncProperty(dialects, order, text, async (dialect, header, value) => {
        const cells = { ...cellsOf(plan()[0]!), subject: value }
        const row = header.map((name) => (name === 'notes' ? 'mine' : neutralise(cells[name as keyof Cells])))
        save(path, [header, row], dialect)
        expect(await readAll(path)).toEqual([{ line: 2, cells }])
      }),
    )
  })

  it('takes Windows-1252, as Excel saves plain CSV', async () => {
    const path = temporaryFile()
    const row = COLUMNS.map((column) => (column === 'enduser' ? 'Zoë' : 'x'))
    writeFileSync(path, Buffer.from(`${COLUMNS.join(';')}\r\n${row.join(';')}\r\n`, 'latin1'))
    expect((await readAll(path))[0]?.cells.enduser).toBe('Zoë')
  })

  it('counts lines as an editor does, over line breaks in cells and empty lines', async () => {
    const path = temporaryFile()
    const row = (subject: string) => COLUMNS.map((column) => (column === 'subject' ? subject : 'x')).join(',')
    const lines = [COLUMNS.join(','), row('"a\r\nb"'), '', ','.repeat(21), row('c')]
    writeFileSync(path, lines.join('\r\n'))
    expect((await readAll(path)).map(({ line }) => line)).toEqual([2, 6])
  })

  it('takes rows whose empty cells at the end were left out', async () => {
    const path = temporaryFile()
    writeFileSync(path, `row_digest,${COLUMNS.slice(0, -1).join(',')}\nr1,apply\n`)
    expect((await readAll(path))[0]?.cells).toMatchObject({
      row_digest: 'r1',
      decision: 'apply',
      changes: '',
    })
  })

  it('names what is missing and what was found in a file that is no plan', async () => {
    const path = temporaryFile()
    writeFileSync(path, 'decision,call_id,Name\napply,1,x\n')
    const failure = await failureOf(readAll(path))
    expect(failure.code).toBe('CSV_NOT_A_PLAN')
    expect(failure.message).toContain('missing action, reason, record')
    expect(failure.message).toContain('found decision, call_id.')
    writeFileSync(path, '')
    expect((await failureOf(readAll(path))).message).toContain('found none of its columns')
  })

  it('says that a workbook has to be saved as CSV', async () => {
    const path = temporaryFile('plan.xlsx')
    writeFileSync(path, Buffer.from('PK\x03\x04rest'))
    expect((await failureOf(readAll(path))).message).toContain('is a workbook')
  })

  it('says where quotes never end, and when there is no file', async () => {
    const path = temporaryFile()
    writeFileSync(path, `${COLUMNS.join(',')}\n"never closed,x\n`)
    expect((await failureOf(readAll(path))).code).toBe('CSV_UNREADABLE')
    expect((await failureOf(readAll(`${path}.gone`))).code).toBe('PLAN_NOT_FOUND')
  })

  it.skipIf(process.getuid?.() === 0)('names a file that may not be read', async () => {
    const path = temporaryFile()
    writeFileSync(path, 'x', { mode: 0o600 })
    chmodSync(path, 0)
    expect(await failureOf(readAll(path))).toMatchObject({
      code: 'CSV_UNREADABLE',
      exitCode: 2,
      message: `${path} may not be read.`,
    })
  })
})

describe('failures.csv', () => {
  it('has the columns of the contract, safe for spreadsheets', async () => {
    const path = temporaryFile('failures.csv')
    const failure = {
      line: 7,
      callId: '1',
      record: 'call',
      externalId: '1-cold call',
      code: 'ROW_EDITED',
      message: '=1',
      planhatMessage: '',
    }
    writeFailures(path, [failure])
    writeFailures(path, [failure, { ...failure, line: null }])
    expect(readFileSync(path, 'utf8')).toBe(
      '\ufeffline,call_id,record,external_id,code,message,planhat_message\r\n' +
        "7,1,call,1-cold call,ROW_EDITED,'=1,\r\n,1,call,1-cold call,ROW_EDITED,'=1,\r\n",
    )
  })

  it('is read again as it was written, also from a spreadsheet in Europe', () => {
    const path = temporaryFile('failures.csv')
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((one) => one === toVisible(one) && !/[\r\n]/.test(one))
    const rows = fc.record({
      line: fc.option(fc.nat()),
      callId: fc.nat().map(String),
      record: fc.constant('call'),
      externalId: text,
      code: fc.constant('PLANHAT_REJECTED'),
      message: text,
      planhatMessage: text,
    })
    fc.assert(
      fc.property(fc.array(rows, { maxLength: 5 }), (failures) => {
        writeFailures(path, failures)
        expect(readFailures(path)).toEqual(failures)
      }),
    )
    writeFileSync(
      path,
      'line;call_id;record;external_id;code;message\r\n;7;call;7-call;PLANHAT_REJECTED;"no; never"\r\n',
    )
    expect(readFailures(path)).toEqual([
      {
        line: null,
        callId: '7',
        record: 'call',
        externalId: '7-call',
        code: 'PLANHAT_REJECTED',
        message: 'no; never',
        planhatMessage: '',
      },
    ])
    expect(readFailures(temporaryFile('gone.csv'))).toEqual([])
  })
})
