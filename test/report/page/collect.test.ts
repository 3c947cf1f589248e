import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Match } from '../../../src/domain.ts'
import { writeReport } from '../../../src/pipeline/run/report.ts'
import { createActivity } from '../../../src/report/page/collect.ts'
import { renderReport } from '../../../src/report/page/page.ts'
import { totalOf } from '../../../src/report/page/tally.ts'
import { createDayCutter } from '../../../src/report/page/wall-clock.ts'
import { aCall, aMatch, aMissedCall, anEndUser } from '../../support/builders.ts'
import { aModel } from './model.ts'

const at = (iso: string) => Date.parse(iso) / 1000
const ada = { id: '1', name: 'Ada Lovelace', email: null }

describe('createActivity', () => {
  it('cuts days in the zone, on both sides of a change of clocks', () => {
    const activity = createActivity('Europe/Paris')
    const calls = [
      '2026-10-24T21:59:59Z',
      '2026-10-24T22:00:00Z',
      '2026-10-25T22:59:59Z',
      '2026-10-25T23:00:00Z',
    ]
    for (const call of calls)
      activity.add(aMissedCall({ startedAt: at(call), hasVoicemail: false }), aMatch())
    expect(activity.days().map((row) => [row.day, row.missed])).toEqual([
      ['2026-10-24', 1],
      ['2026-10-25', 2],
      ['2026-10-26', 1],
    ])
  })

  it('cuts every second of every zone into the day that a calendar of that zone shows', () => {
    // Whole and half hours, a change of half an hour, of a quarter, at midnight, and for a month of fasting.
    const zones = [
      'UTC',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Chatham',
      'Africa/Cairo',
      'Africa/Casablanca',
    ]
    const second = fc.integer({ min: at('2019-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') })
    for (const timeZone of zones) {
      const toDay = createDayCutter(timeZone)
      const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone })
      fc.assert(
        fc.property(second, (moment) => {
          expect(toDay(moment)).toBe(calendar.format(moment * 1000))
        }),
        { numRuns: 300 },
      )
    }
  })

  it('sums calls and talk time by agent and direction', () => {
    const activity = createActivity('UTC')
    const startedAt = at('2026-06-01T10:00:00Z')
    const talked = { startedAt, answeredAt: startedAt + 5, endedAt: startedAt + 65, agent: ada }
    activity.add(aCall({ ...talked, direction: 'inbound' }), aMatch())
    activity.add(aCall({ ...talked, direction: 'outbound', endedAt: startedAt + 25 }), aMatch())
    activity.add(aMissedCall({ startedAt, direction: 'outbound', agent: ada }), aMatch())
    activity.add(aMissedCall({ startedAt, agent: null }), aMatch())
    expect(activity.agents()).toEqual([
      {
        name: 'Ada Lovelace',
        inbound: 1,
        missed: 0,
        voicemail: 0,
        outbound: 2,
        unanswered: 1,
        inboundTalkSeconds: 60,
        outboundTalkSeconds: 20,
      },
      {
        name: 'Nobody',
        inbound: 1,
        missed: 1,
        voicemail: 0,
        outbound: 0,
        unanswered: 0,
        inboundTalkSeconds: 0,
        outboundTalkSeconds: 0,
      },
    ])
    expect(totalOf(activity.agents(), 'Total')).toMatchObject({
      inbound: 2,
      missed: 1,
      outbound: 2,
      unanswered: 1,
    })
  })

  it('sums the same calls by company, with a row for those that are of none', () => {
    const activity = createActivity('UTC')
    activity.add(aCall(), aMatch())
    activity.add(aMissedCall({ hasVoicemail: true }), aMatch())
    activity.add(aMissedCall(), { kind: 'anonymous', number: null, because: 'made up' })
    expect(activity.companies()).toMatchObject([
      { name: 'Acme', inbound: 2, missed: 0, voicemail: 1 },
      { name: 'No company', inbound: 1, missed: 1, voicemail: 0 },
    ])
  })

  it('keeps two agents of one name apart', () => {
    const activity = createActivity('UTC')
    activity.add(aCall({ agent: ada }), aMatch())
    activity.add(aCall({ agent: { ...ada, id: '2' } }), aMatch())
    expect(activity.agents()).toHaveLength(2)
  })

  it('gathers held calls by number, those with most calls first, with ids and names as the review has them', () => {
    const activity = createActivity('UTC')
    const { phones: _, ...endUser } = anEndUser()
    const ambiguous: Match = {
      kind: 'ambiguous',
      number: '+12025550143',
      because: 'Two companies.',
      candidates: [{ endUser, field: 'phone', tier: 1 }],
    }
    activity.add(aCall(), aMatch())
    const stranger = (n: number): Match => ({
      kind: 'unmatched',
      number: `+1415555${String(n).padStart(4, '0')}`,
      because: 'Nobody.',
      candidates: [],
    })
    for (let n = 0; n < 300; n++) activity.add(aCall(), stranger(n))
    for (let n = 0; n < 3; n++) activity.add(aCall(), ambiguous)
    activity.add(aCall(), { ...stranger(1), declined: true } as Match)
    expect(activity.held.calls).toBe(303)
    expect(activity.held.list()).toHaveLength(301)
    expect(activity.held.list()[0]).toMatchObject({
      bucket: 'ambiguous',
      calls: 3,
      candidates: [{ id: 'eu-1@co-1', name: 'Jane Doe (Acme)' }],
    })
  })
})

it('writes the report for its owner only and leaves no other file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-report-'))
  const path = join(folder, 'report.html')
  await writeReport(path, aModel())
  expect(readFileSync(path, 'utf8')).toBe(renderReport(aModel()))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  rmSync(folder, { recursive: true })
})
