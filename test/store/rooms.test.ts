import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'
import {
  NOW,
  sampleCall,
  sampleEntry,
  samplePayload,
  sampleRemote,
  sampleRow,
  sampleTranscript,
  temporaryDir,
} from './samples.ts'

let store: Store
beforeEach(() => {
  store = openStore(temporaryDir())
})
afterEach(() => store.close())

describe('transcripts', () => {
  it('keep their words exactly, and count the requests made for them', () => {
    expect(store.transcripts.status('1')).toEqual({ state: 'not-asked', askedAtMs: null, attempts: 0 })
    store.transcripts.saveState('1', 'pending', NOW)
    expect(store.transcripts.pendingIds()).toEqual(['1'])
    store.transcripts.saveReady(sampleTranscript('1'), NOW + 1)
    expect(store.transcripts.get('1')).toEqual(sampleTranscript('1'))
    expect(store.transcripts.status('1')).toEqual({ state: 'ready', askedAtMs: NOW + 1, attempts: 2 })
    expect(store.transcripts.pendingIds()).toEqual([])
  })

  it('count no request for what was decided without one', () => {
    store.transcripts.saveState('1', 'ineligible', NOW)
    expect(store.transcripts.status('1')).toEqual({ state: 'ineligible', askedAtMs: null, attempts: 0 })
  })

  it('are counted by state over the calls of a range', () => {
    store.calls.savePage(
      1,
      ['1', '2', '3'].map((id) => sampleCall(id, { startedAt: Number(id) })),
      NOW,
    )
    store.transcripts.saveReady(sampleTranscript('1'), NOW)
    store.transcripts.saveState('2', 'denied', NOW)
    const zero = { 'not-asked': 0, pending: 0, ready: 0, none: 0, denied: 0, ineligible: 0, assumed: 0 }
    expect(store.transcripts.counts(null)).toEqual({ ...zero, ready: 1, denied: 1, 'not-asked': 1 })
    expect(store.transcripts.counts({ since: 2, until: 3 })).toEqual({ ...zero, denied: 1 })
  })
})

describe('the ledger', () => {
  it('remembers one entry an external id, the last one confirmed', () => {
    store.ledger.put(sampleEntry('1'))
    const moved = sampleEntry('1', {
      companyId: 'c2',
      payload: samplePayload('1-cold call', { companyId: 'c2' }),
    })
    store.ledger.put(moved)
    store.ledger.put(sampleEntry('1', { externalId: '1-transcript', record: 'transcript' }))
    expect(store.ledger.get('1-cold call')).toEqual(moved)
    expect(store.ledger.byCall('1').map((entry) => entry.record)).toEqual(['call', 'transcript'])
    expect([...store.ledger.iterate()].map((entry) => entry.externalId)).toEqual([
      '1-cold call',
      '1-transcript',
    ])
    store.ledger.remove('1-transcript')
    expect(store.ledger.count()).toBe(1)
  })
})

describe('runs', () => {
  const request = { command: 'backfill', mode: 'plan', since: 1, until: 2, request: { limit: 5 }, nowMs: NOW }

  it('have ids that sort by start, and a private folder each', () => {
    const run = store.runs.start(request)
    expect(run.id).toMatch(/^20260601-120000-[0-9a-f]{4}$/)
    const dir = store.runs.dir(run.id)
    expect(dir).toBe(join(store.dir, 'runs', run.id))
    expect(statSync(dir).mode & 0o777).toBe(0o700)
  })

  it('have ids of their own, however many start in one second', () => {
    const ids = Array.from({ length: 2_000 }, () => store.runs.start(request).id)
    expect(new Set(ids).size).toBe(2_000)
  })

  it('are listed newest first, and the last ended one of a command is known', () => {
    const first = store.runs.start(request)
    store.runs.finish(first.id, { exitCode: 3, summary: { calls: 7 }, nowMs: NOW + 5 })
    const second = store.runs.start({ ...request, nowMs: NOW + 1000 })
    expect(store.runs.list(10).map((run) => run.id)).toEqual([second.id, first.id])
    expect(store.runs.last('backfill')).toEqual({
      ...first,
      exitCode: 3,
      summary: { calls: 7 },
      endedAtMs: NOW + 5,
    })
    expect(store.runs.get(second.id)).toEqual(second)
    expect(store.runs.last('reconcile')).toBeNull()
  })

  it('remember each write with what stood there before, in either order', () => {
    const write = (n: number) => ({
      runId: 'run',
      externalId: `${n}-cold call`,
      callId: String(n),
      record: 'call' as const,
      planhatId: `p${n}`,
      kind: 'updated' as const,
      before: sampleRemote(`p${n}`, { subject: 'old', custom: { Other: [1, null] } }),
      payload: n === 2 ? null : samplePayload(`${n}-cold call`),
      atMs: NOW,
    })
    for (const n of [1, 2, 3]) store.runs.recordWrite(write(n))
    expect([...store.runs.writes('run')]).toEqual([write(1), write(2), write(3)])
    expect([...store.runs.writes('run', 'newest-first')].map((w) => w.callId)).toEqual(['3', '2', '1'])
    expect([...store.runs.writes('other')]).toEqual([])
  })
})

describe('plans', () => {
  it('give their rows back in CSV order and by digest', () => {
    const rows = [
      sampleRow('run', 1, { remoteDigest: 'h' }),
      sampleRow('run', 0, { action: 'hold', payloadDigest: null }),
    ]
    store.plans.add('run', rows)
    expect([...store.plans.iterate('run')]).toEqual(rows.toReversed())
    expect([...store.plans.callIds('run')]).toEqual(['1000', '1001'])
    expect(store.plans.byDigest('rrun1')).toEqual(rows[0])
    expect(store.plans.byDigest('r-unknown')).toBeNull()
  })

  it('find and remove the rows that show a text', () => {
    const shown = ['apply', 'create', 'matched', '1000', 'call', 'eu-1']
    store.plans.add('run', [sampleRow('run', 0, { cells: shown }), sampleRow('run', 1)])
    expect(store.plans.callIdsShowing(5, 'eu-1')).toEqual(['1000'])
    expect(store.plans.callIdsShowing(4, 'eu-1')).toEqual([])
    expect(store.plans.removeShowing('eu-1')).toBe(1)
    expect([...store.plans.callIds('run')]).toEqual(['1001'])
  })
})

describe('the snapshot of Planhat', () => {
  it('finds records by id, by external id and near a moment, with absent keys kept absent', () => {
    store.snapshot.begin(NOW)
    const at = '2026-06-01T10:00:00.000Z'
    const one = sampleRemote('a', {
      externalId: '1-cold call',
      companyId: 'c1',
      date: at,
      custom: { x: null },
    })
    const two = sampleRemote('b', { externalId: '1-cold call', companyId: 'c2', date: at })
    store.snapshot.add([two, one, sampleRemote('c', { date: 'no date', companyId: 'c1' })])
    expect(store.snapshot.byExternalId('1-cold call')).toEqual([one, two])
    expect(store.snapshot.get('b')).toEqual(two)
    const ms = Date.parse(at)
    expect(store.snapshot.near('c1', ms - 1, ms)).toEqual([one])
    expect(store.snapshot.near('c1', ms + 1, ms + 2)).toEqual([])
    expect([...store.snapshot.iterate()].map((record) => record._id)).toEqual(['a', 'b', 'c'])
    expect(store.snapshot.takenAtMs()).toBe(NOW)
  })

  it('is replaced by the next scan', () => {
    store.snapshot.begin(NOW)
    store.snapshot.add([sampleRemote('a')])
    store.snapshot.begin(NOW + 1)
    expect([...store.snapshot.iterate()]).toEqual([])
    store.snapshot.clear()
    expect(store.snapshot.takenAtMs()).toBeNull()
  })
})

describe('decisions and small facts', () => {
  it('keep the latest word', () => {
    store.decisions.settle('1', { endUserId: 'u', companyId: 'c', runId: 'r', atMs: NOW })
    store.decisions.settle('1', { endUserId: null, companyId: 'c', runId: 'r', atMs: NOW })
    expect(store.decisions.get('1')).toEqual({ endUserId: null, companyId: 'c', runId: 'r', atMs: NOW })
    store.meta.set('k', 'v')
    store.meta.set('k', 'w')
    expect(store.meta.get('k')).toBe('w')
    store.meta.remove('k')
    expect(store.meta.get('k')).toBeNull()
  })
})

it('finds what was put after it had been asked in vain, also when the first one was taken back', () => {
  const ask = () => [
    store.ledger.get('1-cold call'),
    store.snapshot.byExternalId('1-cold call').at(0) ?? null,
    store.decisions.get('1'),
    store.transcripts.get('1'),
  ]
  const put = () => {
    store.ledger.put(sampleEntry('1', { externalId: '1-cold call' }))
    store.snapshot.add([sampleRemote('h1', { externalId: '1-cold call' })])
    store.decisions.settle('1', { endUserId: null, companyId: 'c1', runId: 'r', atMs: NOW })
    store.transcripts.saveReady(sampleTranscript('1'), NOW)
  }
  expect(ask()).toEqual([null, null, null, null])
  const fail = () => {
    put()
    throw new Error('taken back')
  }
  expect(() => store.transaction(fail)).toThrow('taken back')
  expect(ask()).toEqual([null, null, null, null])
  put()
  expect(ask()).not.toContain(null)
})
