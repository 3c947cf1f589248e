import { writeFileSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import { describe, expect, it } from 'vitest'
import type { StoredRow } from '../../src/records.ts'
import { bindRow, type Cells, COLUMNS, draftRow, lineOf } from '../../src/review/columns.ts'
import { judgeRow, readRowDigest } from '../../src/review/decide.ts'
import { judgeReview } from '../../src/review/judge.ts'
import { call, cellsOf, endUser, matched, plan, planned, temporaryFile } from './rows.ts'

const people = new Map(
  [
    endUser('eu-1'),
    endUser('eu-2', { companyId: 'co-2' }),
    endUser('gone', { archived: true }),
    endUser('123456789012345678901234'),
  ].map((person) => [person.id, person]),
)
const lookup = {
  endUser: (id: string) => people.get(id) ?? null,
  hasCompany: (id: string) => id === 'co-1' || id === 'co-2',
}
const [create, update, unchanged, hold, anonymous] = plan() as [
  StoredRow,
  StoredRow,
  StoredRow,
  StoredRow,
  StoredRow,
]
const declined = bindRow(
  draftRow({
    runId: '20260601-120000-ab12',
    call: call('3000000006'),
    match: matched(),
    record: 'call',
    planned: planned('3000000006', { action: 'skip', declined: true }),
    callsOfNumber: 0,
    seq: 5,
  }),
)
const judge = (row: StoredRow, over: Partial<Cells>) => judgeRow(row, cellsOf(row, over), lookup)
const APPLY = { kind: 'apply', settlement: null, lifts: false, always: false }
const settledOn = (endUserId: string | null, companyId: string) => ({
  kind: 'apply',
  settlement: { endUserId, companyId },
  lifts: false,
  always: false,
})

describe('the decision', () => {
  it('is taken in any case and with blanks around it', () => {
    expect(judge(create, {})).toEqual(APPLY)
    expect(judge(update, { decision: ' Apply ' })).toEqual(APPLY)
    expect(judge(create, { decision: 'SKIP' })).toEqual({ kind: 'skip', declines: true })
    expect(judge(unchanged, { decision: 'apply' })).toEqual(APPLY)
  })

  it('may always be skip', () => {
    for (const row of plan()) expect(judge(row, { decision: 'skip' })).toMatchObject({ kind: 'skip' })
    expect(judge(hold, { enduser_id: 'eu-1' })).toEqual({ kind: 'skip', declines: false, named: true })
    expect(judge(hold, { decision: 'skip' })).toEqual({ kind: 'skip', declines: false })
  })

  it('is a word to remember where the row was preset to apply, or is shown as declined', () => {
    const declines = (row: StoredRow) => judge(row, { decision: 'skip' })
    for (const row of [create, update]) expect(declines(row)).toEqual({ kind: 'skip', declines: true })
    for (const row of [unchanged, hold, anonymous])
      expect(declines(row)).toEqual({ kind: 'skip', declines: false })
    expect(declines(declined)).toEqual({ kind: 'skip', declines: true })
  })

  it('lifts what was declined where it is shown so', () => {
    expect(judge(declined, {})).toEqual({ kind: 'skip', declines: true })
    expect(judge(declined, { decision: 'apply' })).toEqual({
      kind: 'apply',
      settlement: null,
      lifts: true,
      always: false,
    })
  })

  it('is refused when it is anything else', () => {
    for (const decision of ['', 'yes', 'apply!', 'x']) {
      expect(judge(create, { decision })).toMatchObject({ code: 'ROW_DECISION', expected: 'apply or skip' })
    }
  })

  it('cannot be apply where nothing can be written', () => {
    expect(judge(anonymous, { decision: 'apply' })).toMatchObject({
      code: 'ROW_NOT_WRITABLE',
      column: 'decision',
    })
  })
})

describe('any other edit', () => {
  it.each(COLUMNS.filter((column) => column !== 'decision'))('of %s is refused by its name', (column) => {
    const verdict = judge(create, { [column]: 'edited by a person' })
    expect(verdict).toMatchObject({ kind: 'refused', code: 'ROW_EDITED', column })
  })

  it('says what was expected, without whole numbers or transcript text', () => {
    const number = judge(create, { number: '+12025550199' })
    expect(number).toMatchObject({ expected: '"+•••••••••34"' })
    expect(judge(create, { excerpt: 'mine' })).toMatchObject({ expected: 'the excerpt of the plan' })
    expect(judge(create, { company_id: 'co-2' })).toMatchObject({ expected: '"co-1"' })
    expect(judge(hold, { agent: 'x', decision: 'apply' })).toMatchObject({
      message: expect.stringContaining('decision, enduser_id and company_id'),
    })
  })

  it('is refused for a row that no plan has', () => {
    expect(judgeRow(null, cellsOf(create), lookup)).toMatchObject({
      code: 'ROW_UNKNOWN',
      column: 'row_digest',
    })
  })
})

describe('settling a held row', () => {
  const settle = (over: Partial<Cells>, row = hold) => judge(row, { decision: 'apply', ...over })

  it('takes an End User of the index, with its company', () => {
    const settled = settledOn('eu-2', 'co-2')
    expect(settle({ enduser_id: 'eu-2' })).toEqual(settled)
    expect(settle({ enduser_id: " 'eu-2 ", company_id: 'co-2' })).toEqual(settled)
  })

  const named = (candidates: string, names: string) => {
    const cells = lineOf(hold)
      .with(COLUMNS.indexOf('candidates'), candidates)
      .with(COLUMNS.indexOf('candidate_names'), names)
    return { ...hold, cells: cells.slice(0, -1) }
  }
  const row = named('eu-1@co-1 eu-2@co-2', 'Zoë Löwe (Acme, Inc.); Jane Doe (Orbit, +1 202-555-0134)')

  it.each(['eu-2@co-2', ' eu-2@co-2 ', 'Jane Doe (Orbit, +1 202-555-0134)', 'jane  doe (orbit)', 'Jane Doe'])(
    'takes %j as it stands in candidates or candidate_names',
    (enduser_id) => {
      expect(settle({ enduser_id }, row)).toEqual(settledOn('eu-2', 'co-2'))
    },
  )

  it('does not guess between two of one name, and takes no whole cell of several', () => {
    const twins = named('eu-1@co-1 eu-2@co-2', 'Jane Doe (Acme); Jane Doe (Orbit)')
    expect(settle({ enduser_id: 'Jane Doe' }, twins)).toMatchObject({ code: 'ROW_UNSETTLED' })
    expect(settle({ enduser_id: 'Jane Doe (Orbit)' }, twins)).toEqual(settledOn('eu-2', 'co-2'))
    expect(settle({ enduser_id: 'eu-1@co-1 eu-2@co-2' }, twins)).toMatchObject({
      code: 'ROW_UNSETTLED',
      message: expect.stringContaining('several'),
    })
  })

  it('refuses an id@company whose company is another one now', () => {
    expect(settle({ enduser_id: 'eu-1@co-2' }, row)).toMatchObject({
      code: 'ROW_UNSETTLED',
      column: 'company_id',
    })
  })

  it('takes always with somebody named, never with nobody, and both in held rows only', () => {
    expect(settle({ decision: 'always', enduser_id: 'eu-2' })).toEqual({
      ...settledOn('eu-2', 'co-2'),
      always: true,
    })
    expect(settle({ decision: 'Always', company_id: 'co-1' })).toEqual({
      ...settledOn(null, 'co-1'),
      always: true,
    })
    expect(settle({ decision: 'always' })).toMatchObject({ code: 'ROW_UNSETTLED' })
    expect(settle({ decision: 'never' })).toEqual({ kind: 'never' })
    expect(settle({ decision: 'never', enduser_id: 'eu-2' })).toMatchObject({ code: 'ROW_UNSETTLED' })
    for (const decision of ['always', 'never'])
      expect(judge(create, { decision })).toMatchObject({ code: 'ROW_DECISION', expected: 'apply or skip' })
  })

  it('takes a company alone', () => {
    const settled = settledOn(null, 'co-1')
    expect(settle({ company_id: 'co-1' })).toEqual(settled)
  })

  it('finds the candidate again whose id a spreadsheet took for a number', () => {
    const id = '123456789012345678901234'
    const candidates = `eu-1@co-1 ${id}@co-1`
    const verdict = settle({ enduser_id: '1.23457E+23' }, named(candidates, ''))
    expect(verdict).toEqual(settledOn(id, 'co-1'))
  })

  it.each([
    [{}, 'enduser_id'],
    [{ enduser_id: 'nobody' }, 'enduser_id'],
    [{ enduser_id: 'gone' }, 'enduser_id'],
    [{ company_id: 'nothing' }, 'company_id'],
    [{ enduser_id: 'eu-1', company_id: 'co-2' }, 'company_id'],
  ])('refuses %j', (over, column) => {
    expect(settle(over)).toMatchObject({ kind: 'refused', code: 'ROW_UNSETTLED', column })
  })
})

describe('a whole reviewed file', () => {
  const rows = plan()
  const plans = { byDigest: (digest: string) => rows.find((row) => row.rowDigest === digest) ?? null }
  const judgeFile = (cells: Cells[], isGrowing = () => false) => {
    const path = temporaryFile()
    writeFileSync(path, stringify([COLUMNS, ...cells.map((row) => COLUMNS.map((column) => row[column]))]))
    return judgeReview(path, { plans, lookup, isGrowing })
  }

  it('may have an earlier count of a number where the plan has grown since, and nowhere else', async () => {
    const counted = (count: string) => [cellsOf(hold, { calls_of_number: count })]
    const kindOf = async (count: string, isGrowing?: () => boolean) =>
      (await judgeFile(counted(count), isGrowing))[0]?.verdict
    expect(await kindOf('1', () => true)).toMatchObject({ kind: 'skip' })
    expect(await kindOf('many', () => true)).toMatchObject({ kind: 'refused', column: 'calls_of_number' })
    expect(await kindOf('1')).toMatchObject({ kind: 'refused', column: 'calls_of_number' })
  })

  it('is judged line by line, in the order of the file', async () => {
    const judged = await judgeFile([cellsOf(update), cellsOf(create, { agent: 'x' }), cellsOf(hold)])
    expect(judged.map(({ line, callId, verdict }) => [line, callId, verdict.kind])).toEqual([
      [2, '3000000002', 'apply'],
      [3, '3000000001', 'refused'],
      [4, '3000000004', 'skip'],
    ])
  })

  it('counts a row once that stands in it twice with one decision', async () => {
    const judged = await judgeFile([cellsOf(create), cellsOf(update), cellsOf(create)])
    expect(judged.map(({ line }) => line)).toEqual([2, 3])
  })

  it('refuses every copy of a row with contradicting decisions, and goes on with the rest', async () => {
    const judged = await judgeFile([cellsOf(create), cellsOf(update), cellsOf(create, { decision: 'skip' })])
    expect(judged.map(({ line, verdict }) => [line, verdict.kind])).toEqual([
      [2, 'refused'],
      [3, 'apply'],
      [4, 'refused'],
    ])
    expect(judged[0]?.verdict).toMatchObject({
      code: 'ROW_TWICE',
      message: expect.stringContaining('lines 2, 4'),
    })
  })

  it('keeps unknown rows apart, also when they look alike', async () => {
    const foreign = cellsOf(create, { row_digest: 'r0' })
    const judged = await judgeFile([foreign, foreign])
    expect(judged.map(({ line, runId, verdict }) => [line, runId, verdict.kind])).toEqual([
      [2, null, 'refused'],
      [3, null, 'refused'],
    ])
  })

  it('finds a row by its digest whatever stands around it', () => {
    expect(readRowDigest(cellsOf(create, { row_digest: ` '${create.rowDigest.toUpperCase()} ` }))).toBe(
      create.rowDigest,
    )
  })
})
