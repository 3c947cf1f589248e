import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findChain } from '../../../src/conversation/chain.ts'
import type { Call, Match } from '../../../src/domain.ts'
import { CSV_COLUMNS, csvRows } from '../../../src/report/manager/csv.ts'
import { createFigures } from '../../../src/report/manager/figures.ts'
import { gapsOf } from '../../../src/report/manager/gaps.ts'
import { outcomesOf } from '../../../src/report/manager/model.ts'
import { toResult } from '../../../src/report/manager/result.ts'
import { createWaits } from '../../../src/report/manager/waits.ts'
import { isoWeekOf, mondaysBetween, weekdayOf } from '../../../src/report/manager/weeks.ts'
import { writeCsv } from '../../../src/review/write.ts'
import { aCall, aMatch, aMissedCall } from '../../support/builders.ts'

const at = (iso: string) => Date.parse(iso) / 1000
const ada = { id: '1', name: 'Ada Lovelace', email: 'ada@example.com' }
const bob = { id: '2', name: null, email: 'bob@example.com' }
const stranger: Match = { kind: 'unmatched', number: '+12025550199', because: 'Nobody.', candidates: [] }
const NOVEMBER = { since: at('2026-11-01T00:00:00Z'), until: at('2026-12-01T00:00:00Z') }
const CONTEXT = { since: '', until: '', unread: [], timezone: 'UTC', files: { report: '', csv: '' } }

/** An answered call: rang for 10 s, then `talk` seconds. */
function talked(iso: string, talk: number, more: Partial<Call> = {}): Call {
  const startedAt = at(iso)
  return aCall({ startedAt, answeredAt: startedAt + 10, endedAt: startedAt + 10 + talk, agent: ada, ...more })
}

function missed(iso: string, more: Partial<Call> = {}): Call {
  const startedAt = at(iso)
  return aMissedCall({ startedAt, endedAt: startedAt + 30, ...more })
}

function figuresOf(calls: readonly (readonly [Call, Match])[], zone = 'UTC', range = NOVEMBER) {
  const book = createFigures(range, zone)
  const inOrder = [...calls].sort(([a], [b]) => a.startedAt - b.startedAt)
  for (const [call, match] of inOrder) book.add(call, match)
  return book.figures()
}

/** Monday 2 November 2026 is the first day of W45. */
const WORLD: [Call, Match][] = [
  [talked('2026-11-02T09:00:00Z', 60), aMatch()],
  [talked('2026-11-02T09:30:00Z', 120, { direction: 'outbound' }), aMatch()],
  [talked('2026-11-03T10:00:00Z', 30, { agent: bob }), stranger],
  [missed('2026-11-03T10:05:00Z'), aMatch()],
  [missed('2026-11-08T23:59:59Z', { hasVoicemail: true, agent: ada }), stranger],
  [missed('2026-11-09T00:00:00Z', { direction: 'outbound', agent: bob, missedReason: null }), stranger],
  [missed('2026-11-10T12:00:00Z', { status: 'initial', endedAt: null }), aMatch()],
]

describe('createFigures', () => {
  it('counts a small world as a hand does', () => {
    const { calls, agents, weeks } = toResult(figuresOf(WORLD), CONTEXT)
    expect(calls).toEqual({
      total: 6,
      inbound: 4,
      outbound: 2,
      answered: 3,
      missed: 2,
      voicemail: 1,
      transferred: 0,
    })
    expect(agents).toEqual([
      {
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        inbound: 2,
        outbound: 1,
        answered: 2,
        missed: 1,
        talkSeconds: 180,
      },
      {
        name: 'bob@example.com',
        email: 'bob@example.com',
        inbound: 1,
        outbound: 1,
        answered: 1,
        missed: 1,
        talkSeconds: 30,
      },
    ])
    expect(weeks).toEqual([
      { week: '2026-W45', calls: 5, answered: 3, missed: 1, voicemail: 1, talkSeconds: 210, matched: 3 },
      { week: '2026-W46', calls: 1, answered: 0, missed: 1, voicemail: 0, talkSeconds: 0, matched: 0 },
    ])
  })

  it('writes a row for each day, agent and direction, nobody with empty cells', () => {
    expect([...csvRows(figuresOf(WORLD).days)].map((row) => row.join())).toEqual([
      '2026-11-02,Ada Lovelace,ada@example.com,inbound,1,1,0,0,60',
      '2026-11-02,Ada Lovelace,ada@example.com,outbound,1,1,0,0,120',
      '2026-11-03,bob@example.com,bob@example.com,inbound,1,1,0,0,30',
      '2026-11-03,,,inbound,1,0,1,0,0',
      '2026-11-08,Ada Lovelace,ada@example.com,inbound,1,0,0,1,0',
      '2026-11-09,bob@example.com,bob@example.com,outbound,1,0,1,0,0',
    ])
  })

  it('cuts days and weeks as clocks of the zone show them', () => {
    const result = toResult(figuresOf(WORLD, 'Europe/Paris'), CONTEXT)
    expect(result.weeks.map(({ week, calls }) => [week, calls])).toEqual([
      ['2026-W45', 4],
      ['2026-W46', 2],
    ])
    // 2 November, 09:00 UTC.
    expect(result.hours[0]?.[10]).toEqual({ inbound: 1, missed: 0 })
    expect(result.hours[0]?.[0]).toEqual({ inbound: 1, missed: 1 })
  })

  it('says why inbound calls were missed, how long people waited, and which line and whom took most talk', () => {
    const figures = figuresOf(WORLD)
    expect(figures.missedReasons).toEqual([{ reason: 'no_available_agent', calls: 2 }])
    expect(figures.waits).toEqual({ half: 10, nineOfTen: 10, gaveUpHalf: 30 })
    expect(figures.lines).toMatchObject([{ name: 'Support', tally: { inbound: 4, outbound: 2 } }])
    expect(figures.companies).toMatchObject([{ name: 'Acme', tally: { inbound: 2, outbound: 1 } }])
    expect(outcomesOf(figures.companies[0]?.tally ?? figures.nobody).talkSeconds).toBe(180)
  })

  it('names an agent who was renamed once, as they are called now', () => {
    const renamed = { ...ada, name: 'Ada King' }
    const figures = figuresOf([
      [talked('2026-11-02T09:00:00Z', 60), aMatch()],
      [talked('2026-11-03T09:00:00Z', 60, { agent: renamed }), aMatch()],
    ])
    expect(figures.agents.map(({ name, tally }) => [name, tally.inbound])).toEqual([['Ada King', 2]])
  })

  it('agrees with itself whatever the calls are', () => {
    const call = fc.record({
      startedAt: fc.integer({ min: NOVEMBER.since - 90_000, max: NOVEMBER.until + 90_000 }),
      direction: fc.constantFrom('inbound' as const, 'outbound' as const),
      wait: fc.nat(400),
      talk: fc.option(fc.nat(9_000)),
      hasVoicemail: fc.boolean(),
      agent: fc.constantFrom(ada, bob, { id: '3', name: 'Ada Lovelace', email: null }, null),
      match: fc.constantFrom(aMatch(), stranger, { kind: 'anonymous', number: null, because: '-' } as Match),
      rawDigits: fc.constantFrom('+1 202-555-0134', '+1 202-555-0135', 'anonymous'),
      transferredTo: fc.constantFrom(ada, bob, null),
    })
    fc.assert(
      fc.property(
        fc.array(call, { maxLength: 60 }),
        fc.constantFrom('UTC', 'Pacific/Chatham'),
        (drawn, zone) => {
          const calls = drawn.map(({ wait, talk, match, ...rest }, index): [Call, Match] => {
            const answeredAt = talk === null ? null : rest.startedAt + wait
            const endedAt = rest.startedAt + wait + (talk ?? 0)
            return [aCall({ ...rest, id: String(index), answeredAt, endedAt }), match]
          })
          const figures = figuresOf(calls, zone)
          const { calls: all, weeks, agents } = toResult(figures, CONTEXT)
          const rows = [...csvRows(figures.days)]
          const sum = (of: (row: string[]) => unknown) => rows.reduce((so, row) => so + Number(of(row)), 0)
          const within = calls.filter(
            ([{ startedAt }]) => startedAt >= NOVEMBER.since && startedAt < NOVEMBER.until,
          )
          expect(all.total).toBe(within.length)
          expect(all.inbound + all.outbound).toBe(all.total)
          expect(all.answered + all.missed + all.voicemail).toBe(all.total)
          for (const key of ['calls', 'answered', 'missed', 'voicemail'] as const) {
            const total = key === 'calls' ? all.total : all[key]
            expect(weeks.reduce((so, week) => so + week[key], 0)).toBe(total)
            expect(sum((row) => row[CSV_COLUMNS.indexOf(key)])).toBe(total)
          }
          expect(weeks.reduce((so, week) => so + week.talkSeconds, 0)).toBe(sum((row) => row.at(-1)))
          const nobody = rows.filter(([, agent]) => agent === '').reduce((so, row) => so + Number(row[4]), 0)
          const theirs = agents.reduce((so, one) => so + one.answered + one.missed, 0)
          expect(theirs + nobody).toBe(all.total)
          for (const one of agents) expect(one.answered + one.missed).toBe(one.inbound + one.outbound)
          expect(all.transferred).toBeLessThanOrEqual(all.total)
          const hours = figures.hours.flat()
          expect(hours.reduce((so, cell) => so + cell.inbound, 0)).toBe(all.inbound)
          expect(figures.lines.reduce((so, { tally }) => so + tally.inbound + tally.outbound, 0)).toBe(
            all.total,
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('transferred', () => {
  const first = talked('2026-11-02T09:00:00Z', 100, { id: '10', transferredTo: bob })
  const second = talked('2026-11-02T09:01:00Z', 50, { id: '11', agent: bob })
  const countOf = (...calls: Call[]) => figuresOf(calls.map((call) => [call, aMatch()])).transferred

  it('counts a call that continues another once, and both for their agents', () => {
    const figures = figuresOf([
      [first, aMatch()],
      [second, aMatch()],
    ])
    expect(figures.transferred).toBe(1)
    expect(figures.agents.map(({ tally }) => tally.inbound)).toEqual([1, 1])
  })

  it('knows the later call by who passed it on, too', () => {
    expect(countOf({ ...first, transferredTo: null }, { ...second, transferredBy: ada })).toBe(1)
  })

  it('counts two links of a chain of three', () => {
    const third = talked('2026-11-02T09:02:00Z', 50, {
      id: '12',
      agent: { ...ada, id: '3' },
      transferredBy: bob,
    })
    expect(countOf(first, second, third)).toBe(2)
  })

  it.each([
    ['another number', { rawDigits: '+1 202-555-0177' }],
    ['a caller who withholds the number', { rawDigits: 'anonymous' }],
    ['another agent', { agent: { ...bob, id: '9' } }],
    ['a call that began before the answer', { startedAt: first.startedAt + 5 }],
    ['a call more than 30 s after the end', { startedAt: first.startedAt + 10 + 100 + 31 }],
  ])('counts none for %s', (_what, more) => {
    expect(countOf(first, { ...second, ...more })).toBe(0)
  })

  it('counts one that begins 30 s after the end', () => {
    expect(countOf(first, { ...second, startedAt: first.startedAt + 10 + 100 + 30 })).toBe(1)
  })

  it('counts none where two calls fit, on either side', () => {
    expect(countOf(first, second, { ...second, id: '12', startedAt: second.startedAt + 1 })).toBe(0)
    expect(countOf(first, { ...first, id: '9' }, second)).toBe(0)
  })

  it('finds the same chains as the content of the records does, whatever the calls are', () => {
    const agents = [ada, bob, { ...ada, id: '3' }]
    const drawn = fc.record({
      startedAt: fc.integer({ min: NOVEMBER.since + 100, max: NOVEMBER.since + 300 }),
      wait: fc.nat(20),
      talk: fc.option(fc.nat(120)),
      agent: fc.constantFrom(...agents, null),
      transferredBy: fc.constantFrom(...agents, null),
      transferredTo: fc.constantFrom(...agents, null),
    })
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 12 }), (some) => {
        const calls = some.map(({ wait, talk, ...rest }, index) => {
          const answeredAt = talk === null ? null : rest.startedAt + wait
          return aCall({
            ...rest,
            id: String(index),
            answeredAt,
            endedAt: rest.startedAt + wait + (talk ?? 0),
          })
        })
        const found = calls.filter((call) => findChain(call, () => calls).earlier !== null)
        expect(countOf(...calls)).toBe(found.length)
      }),
      { numRuns: 300 },
    )
  })

  it('counts by the later call, also where the earlier began before the range', () => {
    const earlier = talked('2026-10-31T23:59:00Z', 60, { id: '10', transferredTo: bob })
    const later = talked('2026-11-01T00:00:05Z', 60, { id: '11', agent: bob })
    const figures = figuresOf([
      [earlier, aMatch()],
      [later, aMatch()],
    ])
    expect([figures.transferred, figures.total.inbound]).toEqual([1, 1])
  })
})

describe('weeks', () => {
  it.each([
    ['2026-01-01', '2026-W01'],
    ['2025-12-29', '2026-W01'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2026-11-08', '2026-W45'],
    ['2026-11-09', '2026-W46'],
    ['2024-12-30', '2025-W01'],
    ['2023-01-01', '2022-W52'],
  ])('has %s in %s', (day, week) => {
    expect(isoWeekOf(day)).toBe(week)
  })

  it('begins on Monday and leaves no week out', () => {
    expect(weekdayOf('2026-11-02')).toBe(0)
    expect(weekdayOf('2026-11-08')).toBe(6)
    expect(mondaysBetween('2026-10-21', '2026-11-03')).toEqual(['2026-10-19', '2026-10-26', '2026-11-02'])
  })
})

describe('createWaits', () => {
  it('gives the wait that a share of all does not exceed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3_000), { minLength: 1 }), fc.constantFrom(0.5, 0.9), (waits, share) => {
        const table = createWaits()
        for (const one of waits) table.add(one)
        const sorted = waits.toSorted((a, b) => a - b)
        expect(table.quantile(share)).toBe(sorted[Math.ceil(share * waits.length) - 1])
      }),
    )
    expect(createWaits().quantile(0.5)).toBeNull()
  })
})

describe('gapsOf', () => {
  const day = (n: number) => n * 86_400
  const range = { since: day(10), until: day(40) }

  it('names what no run has read, and not the hours since the last one', () => {
    expect(gapsOf(range, [{ since: day(10), until: day(40) - 3600 }])).toEqual([])
    expect(gapsOf(range, [])).toEqual([range])
    expect(gapsOf(range, [{ since: day(20), until: day(30) }])).toEqual([
      { since: day(10), until: day(20) },
      { since: day(30), until: day(40) },
    ])
    const pieces = [15, 20, 5, 35, 30, 10, 25].map((n) => ({ since: day(n), until: day(n + 5) }))
    expect(gapsOf(range, pieces)).toEqual([])
  })
})

it('is as safe in a spreadsheet as every CSV of this program', () => {
  const evil = { id: '7', name: '=HYPERLINK("http://evil.example"),1', email: '+cmd@example.com' }
  const number = { id: '8', name: '60012e34', email: 'a;=cmd|x@example.com' }
  const figures = figuresOf([
    [talked('2026-11-02T09:00:00Z', 60, { agent: evil }), aMatch()],
    [talked('2026-11-02T09:00:00Z', 60, { agent: number }), aMatch()],
  ])
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-csv-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'calls.csv')
  writeCsv(path, CSV_COLUMNS, csvRows(figures.days), { overwrite: false })
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(/^\uFEFFdate,agent,email,direction,calls,answered,missed,voicemail,talk_s\r\n/)
  const rows: string[][] = parse(text, { bom: true, from_line: 2 })
  expect(rows.map((row) => row.slice(1, 3))).toEqual([
    [`'${number.name}`, "a;'=cmd|x@example.com"],
    [`'${evil.name}`, `'${evil.email}`],
  ])
})
