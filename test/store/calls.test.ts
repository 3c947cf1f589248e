import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Call } from '../../src/domain.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { NOW, sampleCall, sampleEntry, sampleRow, sampleTranscript, temporaryDir } from './samples.ts'

let store: Store
beforeEach(() => {
  store = openStore(temporaryDir())
})
afterEach(() => store.close())

describe('calls', () => {
  it('come back as they were stored, and a later reading replaces an earlier one', () => {
    const call = sampleCall('3000000001', {
      participants: [{ kind: 'external', phoneNumber: null, name: 'Ünï' }],
    })
    store.calls.savePage(1, [sampleCall('3000000001', { tags: ['old'] })], NOW)
    store.calls.savePage(1, [call], NOW)
    expect(store.calls.get('3000000001')).toEqual(call)
    expect(store.calls.count(null)).toBe(1)
    expect(store.calls.get('7')).toBeNull()
  })

  it('are walked by start, then by id as a number, also past 2^53', () => {
    const ids = ['9007199254740993', '9', '10', '9007199254740992']
    const late = sampleCall('1', { startedAt: 1_780_000_001 })
    store.calls.savePage(1, [late, ...ids.map((id) => sampleCall(id))], NOW)
    const walked = [...store.calls.iterate(null)].map((call) => call.id)
    expect(walked).toEqual(['9', '10', '9007199254740992', '9007199254740993', '1'])
  })

  it('are walked half-open, and counted the same way', () => {
    store.calls.savePage(
      1,
      [10, 11, 12].map((at) => sampleCall(String(at), { startedAt: at })),
      NOW,
    )
    const range = { since: 10, until: 12 }
    expect([...store.calls.iterate(range)].map((call) => call.id)).toEqual(['10', '11'])
    expect(store.calls.count(range)).toBe(2)
  })

  it('can be written while they are walked, over more than one chunk', () => {
    const calls = Array.from({ length: 1201 }, (_, i) =>
      sampleCall(String(5000 + i), { startedAt: 100 + (i % 7) }),
    )
    store.calls.savePage(1, calls, NOW)
    const seen = new Set<string>()
    for (const call of store.calls.iterate(null)) {
      store.calls.save({ ...call, tags: ['seen'] }, NOW)
      seen.add(call.id)
    }
    expect(seen.size).toBe(1201)
    expect(store.calls.get('5000')?.tags).toEqual(['seen'])
  })

  it('are counted as seen by their own read only, in Aircall bounds', () => {
    store.calls.savePage(
      1,
      [10, 11, 12, 13].map((at) => sampleCall(String(at), { startedAt: at })),
      NOW,
    )
    store.calls.savePage(2, [sampleCall('12', { startedAt: 12 })], NOW)
    expect(store.calls.countSeen(1, { from: 10, to: 13 })).toBe(2)
    expect(store.calls.countSeen(2, { from: 10, to: 13 })).toBe(1)
    store.calls.save(sampleCall('12', { startedAt: 12 }), NOW)
    expect(store.calls.countSeen(2, { from: 10, to: 13 })).toBe(1)
  })

  it('find around them what was passed on, also what comes later, and of the others only from one that was', () => {
    const agent = { id: '7', name: 'Bo Li', email: null }
    const at = (id: string, startedAt: number, more: Partial<Call> = {}) =>
      sampleCall(id, { startedAt, endedAt: startedAt + 60, rawDigits: '+1 415-555-0101', ...more })
    const idsAround = (call: Call) => store.calls.around(call).map(({ id }) => id)
    const first = at('1', 10_000)
    store.calls.savePage(1, [first, at('2', 10_050)], NOW)
    expect(idsAround(first)).toEqual([])
    const passedOn = at('3', 10_080, { transferredBy: agent })
    store.calls.save(passedOn, NOW)
    expect(idsAround(first)).toEqual(['3'])
    expect(idsAround(passedOn)).toEqual(['1', '2'])
    store.calls.savePage(1, [at('4', 10_090, { transferredTo: agent })], NOW)
    expect(idsAround(first)).toEqual(['3', '4'])
    expect(idsAround(at('5', 10_000 + 2 * 86_400))).toEqual([])
    expect(idsAround(at('6', 10_000, { rawDigits: '+1 415-555-0102' }))).toEqual([])
  })

  it('find around them what began on another day, as long as the call lasted', () => {
    const midnight = 1_780_012_800
    const at = (
      id: string,
      startedAt: number,
      endedAt: number,
      transferredBy: Call['transferredBy'] = null,
    ) => sampleCall(id, { startedAt, endedAt, transferredBy, rawDigits: '+1 415-555-0101' })
    const passedOn = at('2', midnight + 10, midnight + 3 * 86_400, { id: '7', name: 'Bo Li', email: null })
    const others = [
      at('1', midnight - 60, midnight),
      passedOn,
      at('3', midnight + 3 * 86_400 + 20, midnight + 3 * 86_400 + 80),
      at('4', midnight + 4 * 86_400, midnight + 4 * 86_400 + 60),
    ]
    store.calls.savePage(1, others, NOW)
    expect(store.calls.around(passedOn).map(({ id }) => id)).toEqual(['1', '3'])
    expect(store.calls.around(others[0] as Call).map(({ id }) => id)).toEqual(['2'])
  })

  it('that have not ended are found whatever their age, until they end', () => {
    store.calls.savePage(1, [sampleCall('1', { status: 'answered', endedAt: null }), sampleCall('2')], NOW)
    expect(store.calls.inProgress(NOW + 10_000).map((call) => call.id)).toEqual(['1'])
    store.calls.save(sampleCall('1'), NOW)
    expect(store.calls.inProgress(NOW + 10_000)).toEqual([])
  })

  it('without a ledger entry are offered for the standing re-match', () => {
    store.calls.savePage(1, [sampleCall('1'), sampleCall('2')], NOW)
    store.ledger.put(sampleEntry('1'))
    expect([...store.calls.iterateUnwritten()].map((call) => call.id)).toEqual(['2'])
  })

  it('know their oldest start', () => {
    expect(store.calls.oldestStartedAt()).toBeNull()
    store.calls.savePage(1, [sampleCall('1', { startedAt: 50 }), sampleCall('2', { startedAt: 40 })], NOW)
    expect(store.calls.oldestStartedAt()).toBe(40)
  })

  it('are removed with all that was kept about them', () => {
    store.calls.savePage(1, [sampleCall('1'), sampleCall('2', { rawDigits: '+44 20 7946 0011' })], NOW)
    store.transcripts.saveReady(sampleTranscript('1'), NOW)
    store.ledger.put(sampleEntry('1'))
    store.plans.add('run', [sampleRow('run', 0, { callId: '1' })])
    store.decisions.settle('1', { endUserId: null, companyId: 'c', runId: 'run', atMs: NOW })
    store.calls.remove(['1'])
    store.compact()
    expect(store.calls.get('1')).toBeNull()
    expect(store.transcripts.get('1')).toBeNull()
    expect(store.ledger.byCall('1')).toEqual([])
    expect([...store.plans.iterate('run')]).toEqual([])
    expect(store.decisions.get('1')).toBeNull()
    expect(store.calls.get('2')).not.toBeNull()
  })
})

describe('reads of the list', () => {
  const windows = [{ from: 9, to: 20, total: null, nextPage: 1, done: false }]

  it('that did not finish are found by their range, with their windows and what they stored', () => {
    const id = store.calls.openRead({ since: 10, until: 21 }, windows, NOW)
    store.calls.savePage(id, [sampleCall('1', { startedAt: 15 })], NOW)
    const after = [{ from: 9, to: 20, total: 70, nextPage: 2, done: false }]
    store.calls.saveWindows(id, after)
    const expected = { id, range: { since: 10, until: 21 }, windows: after, startedAtMs: NOW, readCalls: 1 }
    const find = (since: number, until: number, nowMs = NOW) =>
      store.calls.findUnfinishedRead({ since, until }, nowMs)
    expect(find(10, 21)).toEqual(expected)
    expect(find(10, 22)).toEqual(expected)
    expect(find(10, 20)).toBeNull()
    expect(find(9, 21)).toBeNull()
    expect(find(22, 30)).toBeNull()
  })

  it('that did not finish are found by a range that moved on with the clock, and not by one far from it', () => {
    const day = 86_400
    const range = { since: 100 * day, until: 130 * day }
    const id = store.calls.openRead(range, windows, NOW)
    const later = (days: number) => ({ since: range.since + days * day, until: range.until + days * day })
    const moment = (days: number) => NOW + days * day * 1000
    expect(store.calls.findUnfinishedRead(later(1), moment(1))?.id).toBe(id)
    expect(store.calls.findUnfinishedRead(later(5), moment(5))?.id).toBe(id)
    expect(store.calls.findUnfinishedRead(later(5), moment(0))).toBeNull()
  })

  it('that did not finish are dropped once a later one covers them wholly', () => {
    store.calls.openRead({ since: 10, until: 21 }, windows, NOW)
    const id = store.calls.openRead({ since: 5, until: 30 }, windows, NOW)
    store.calls.finishRead(id, NOW)
    expect(store.calls.findUnfinishedRead({ since: 10, until: 21 }, NOW)).toBeNull()
  })

  it('count a call once more only when a second reading of its window lists it again', () => {
    const window = { from: 9, to: 20 }
    const page = [sampleCall('1', { startedAt: 15 }), sampleCall('2', { startedAt: 16 })]
    const id = store.calls.openRead({ since: 10, until: 21 }, windows, NOW)
    store.calls.savePage(id, page, NOW)
    store.calls.setAside(id, window)
    expect([store.calls.countSeen(id, window), store.calls.countListed(id, window)]).toEqual([0, 2])
    store.calls.savePage(id, page.slice(1), NOW)
    expect([store.calls.countSeen(id, window), store.calls.countListed(id, window)]).toEqual([1, 2])
    expect([...store.calls.iterate(null, { readId: id })]).toHaveLength(2)
    store.calls.dropAside(id, window)
    expect([...store.calls.iterate(null, { readId: id })].map((call) => call.id)).toEqual(['2'])
    expect(store.calls.wasSeen(id, '1')).toBe(false)
    expect(store.calls.get('1')).not.toBeNull()
  })

  it('that grew past their range are continued from their new end', () => {
    const id = store.calls.openRead({ since: 10, until: 21 }, windows, NOW)
    store.calls.saveWindows(id, [...windows, { from: 20, to: 29, total: null, nextPage: 1, done: false }])
    expect(store.calls.findUnfinishedRead({ since: 10, until: 40 }, NOW)?.range).toEqual({
      since: 10,
      until: 30,
    })
  })

  it('that finished, or were dropped, are not taken up again', () => {
    const id = store.calls.openRead({ since: 10, until: 21 }, windows, NOW)
    store.calls.finishRead(id, NOW)
    expect(store.calls.findUnfinishedRead({ since: 10, until: 21 }, NOW)).toBeNull()
    store.calls.openRead({ since: 10, until: 21 }, windows, NOW)
    store.calls.dropUnfinishedReads()
    expect(store.calls.findUnfinishedRead({ since: 10, until: 21 }, NOW)).toBeNull()
  })
})
