import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it, onTestFinished } from 'vitest'
import { digest } from '../../src/conversation/digest.ts'
import type { Payload } from '../../src/records.ts'
import type { Summary } from '../../src/report/summary.ts'
import { COLUMNS, nameCells } from '../../src/review/columns.ts'
import { readReviewCsv } from '../../src/review/read.ts'
import { sameCell } from '../../src/review/same-cell.ts'
import { writeCsv } from '../../src/review/write.ts'
import { type Journey, startJourney } from '../support/journey.ts'
import { type Edit, Office, SOFFICE } from './support/office.ts'

type Row = Record<string, string>

const SMALL = { sandbox: { calls: 80, endUsers: 50 } }

/** Rows as the program itself reads them, whatever the separator. */
async function readRows(path: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const { cells } of readReviewCsv(path)) rows.push({ ...cells })
  return rows
}

/** Every Conversation of the sandbox by external id, with the fields that a payload has. */
function heldBy(journey: Journey): Map<string, Row> {
  return new Map(
    [...journey.sandbox.planhat.conversations.values()].map((one) => [
      String(one.externalId),
      one as unknown as Row,
    ]),
  )
}

/** Each applied payload lies in Planhat as it was planned. Returns how many. */
function expectIntact(journey: Journey, plan: Summary, applied: (rowDigest: string) => boolean): number {
  const held = heldBy(journey)
  const rows = journey.look((store) => [...store.plans.iterate(plan.run.id)])
  const wanted = rows.filter((row) => row.action === 'create' && applied(row.rowDigest))
  for (const row of wanted) {
    const payload = journey.look((store) => store.ledger.get(nameCells(row).external_id)?.payload)
    expect(digest(payload)).toBe(row.payloadDigest)
    const { externalId, subject, description, date, companyId, custom } = payload as Payload
    expect(held.get(externalId)).toMatchObject({
      subject,
      description,
      date,
      companyId,
      custom: custom ?? {},
    })
  }
  return wanted.length
}

interface RawRecord {
  readonly endusers?: readonly { readonly id?: string }[]
}

const firstCandidate = (row: Row) => row['candidates']?.split(' ')[0]?.split('@')[0]

/** What a reviewer does with one number: somebody by id@company or by name, nobody, or nothing yet. */
function decide(row: Row, at: number): Edit[] {
  const rowDigest = row['row_digest'] ?? ''
  const edit = (column: string, value: string): Edit => ({ rowDigest, column, value })
  if (row['candidates'] === '') return at % 5 === 0 ? [] : [edit('decision', 'never')]
  const names = row['candidate_names']?.split('; ') ?? []
  const isAlone = names.filter((name) => name === names[0]).length === 1
  const whom = at % 2 === 0 && isAlone ? names[0] : row['candidates']?.split(' ')[0]
  return [edit('decision', 'always'), edit('enduser_id', whom ?? '')]
}

describe.skipIf(!existsSync(SOFFICE))('LibreOffice', { timeout: 120_000 }, () => {
  it.each([
    ['xlsx', 'comma'],
    ['ods', 'semicolon'],
  ] as const)(
    'saves the review as %s and back as CSV with a %s, and every row is applied as planned',
    async (kind, separator) => {
      const journey = await startJourney(SMALL)
      const plan = await journey.backfill()
      const office = await Office.open(journey.folder)
      const [workbook, back] = [join(journey.folder, `review.${kind}`), join(journey.folder, 'back.csv')]
      await office.toWorkbook(plan.files.review, workbook, { kind })
      await office.toCsv(workbook, back, separator)
      expect(readFileSync(back, 'utf8')).not.toBe(readFileSync(plan.files.review, 'utf8'))
      const applied = await journey.apply({ plan: back })
      expect(applied.applied).toMatchObject({ created: plan.records.create, failed: 0, held: 0 })
      expect(expectIntact(journey, plan, () => true)).toBe(plan.records.create)
    },
  )

  it('sorts, skips and settles, and exactly what was decided is written', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill()
    const rows = await readRows(plan.files.review)
    const skipped = new Set(
      rows
        .filter(({ action }) => action === 'create')
        .slice(0, 5)
        .map((row) => row['row_digest'] ?? ''),
    )
    const hold = rows.find(({ reason }) => reason === 'ambiguous' || reason === 'proposed')
    const endUserId = hold?.['candidates']?.split(' ')[0]?.split('@')[0] ?? ''
    const held = hold?.['row_digest'] ?? ''
    const edits: Edit[] = [
      ...[...skipped].map((rowDigest) => ({ rowDigest, column: 'decision', value: 'skip' })),
      { rowDigest: held, column: 'decision', value: 'apply' },
      { rowDigest: held, column: 'enduser_id', value: endUserId },
    ]
    const office = await Office.open(journey.folder)
    const [workbook, back] = [join(journey.folder, 'edited.xlsx'), join(journey.folder, 'edited.csv')]
    await office.toWorkbook(plan.files.review, workbook, { kind: 'xlsx', edits, sortBy: 'agent' })
    await office.toCsv(workbook, back, 'tab')
    const read = await readRows(back)
    expect(read.map((row) => row['row_digest'])).not.toEqual(rows.map((row) => row['row_digest']))
    const applied = await journey.apply({ plan: back })
    expect(applied.applied?.failed).toBe(0)
    expect(journey.lines.join('\n')).toContain(', 0 refused.')
    expectIntact(journey, plan, (rowDigest) => !skipped.has(rowDigest))
    const written = heldBy(journey)
    for (const row of rows) {
      if (skipped.has(row['row_digest'] ?? '')) expect(written.has(row['external_id'] ?? '')).toBe(false)
    }
    const settled = [...written.values()].filter((one) =>
      one['externalId']?.startsWith(`${hold?.['call_id']}-`),
    )
    expect(settled.map((one) => (one as { contactId?: string }).contactId)).toContain(endUserId)
  })

  it('settles over 300 held rows by a decision a number, names and ids as shown, and asks no more', async () => {
    const journey = await startJourney({ sandbox: { calls: 3000, endUsers: 400 } })
    const plan = await journey.backfill()
    const rows = await readRows(plan.files.held)
    const numbers = [...Map.groupBy(rows, (row) => String(row['number'])).values()]
    const edits = numbers.flatMap(([row], at) => decide(row ?? {}, at))
    const decided = new Map(edits.map(({ rowDigest, column, value }) => [`${rowDigest} ${column}`, value]))
    const office = await Office.open(journey.folder)
    const [workbook, back] = [join(journey.folder, 'held.xlsx'), join(journey.folder, 'held-back.csv')]
    await office.toWorkbook(plan.files.held, workbook, { kind: 'xlsx', edits, sortBy: 'agent' })
    await office.toCsv(workbook, back, 'semicolon')
    const applied = await journey.apply({ plan: back })
    expect(applied.applied).toMatchObject({ failed: 0, held: 0 })
    expect(journey.lines.join('\n')).toContain(', 0 refused.')

    const written = heldBy(journey)
    let settled = 0
    for (const [row, ...others] of numbers) {
      const decision = decided.get(`${row?.['row_digest']} decision`)
      for (const one of [row, ...others]) {
        const record = written.get(`${one?.['call_id']}-cold call`) as unknown as RawRecord | undefined
        expect(record?.endusers?.[0]?.id).toBe(decision === 'always' ? firstCandidate(row ?? {}) : undefined)
        if (decision !== undefined) settled += 1
      }
    }
    expect(settled).toBeGreaterThan(300)
    const later = await journey.backfill()
    expect(later.records).toMatchObject({
      hold: rows.length - settled,
      update: 0,
      create: plan.records.create,
    })
    const again = await journey.apply({ plan: back })
    expect(again.applied).toMatchObject({ created: 0, updated: 0, failed: 0 })
  })

  it('shows what looks like a formula as text, and gives it back as it was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-office-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const path = (name: string) => join(folder, name)
    const formulas = [
      '=1+2',
      '+12025550143',
      '-2+3',
      '@SUM(1)',
      '\t=1+2',
      "'=1+2",
      '=HYPERLINK("http://127.0.0.1","x")',
      // Numbers to a spreadsheet, and none that it can hold.
      '60012e345678901234567890',
      '600123456789012345678901',
    ]
    const rows = formulas.map((enduser) => COLUMNS.map((column) => (column === 'enduser' ? enduser : '')))
    await writeCsv(path('review.csv'), COLUMNS, rows, { overwrite: false })
    const office = await Office.open(folder)
    await office.toWorkbook(path('review.csv'), path('review.ods'), { kind: 'ods' })
    await office.toCsv(path('review.ods'), path('back.csv'), 'comma')
    // A computed cell would hold its result here: 3, 1 or a number without its plus.
    const shown = parse<Row>(readFileSync(path('back.csv')), { bom: true, columns: true })
    expect(shown.map(({ enduser }) => enduser)).toEqual(
      // Behind the tab, which begins a cell where tabs part them, stands an apostrophe of its own.
      formulas.map((formula) => `'${formula.replace('\t', "'")}`),
    )
    // The tab is LibreOffice's to drop, and no edit.
    const read = (await readRows(path('back.csv'))).map(({ enduser = '' }) => enduser)
    expect(read.map((cell, at) => sameCell('enduser', formulas[at] ?? '', cell))).toEqual(
      formulas.map(() => true),
    )
  })
})
