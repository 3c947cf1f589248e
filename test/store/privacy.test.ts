import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'
import { NOW, sampleCall, sampleEntry, sampleRow, sampleTranscript, temporaryDir } from './samples.ts'

let dir: string
let store: Store

beforeEach(() => {
  dir = temporaryDir()
  store = openStore(dir)
  onTestFinished(() => store.close())
})

describe('what was erased', () => {
  it('is known again by a keyed hash, and by nothing else', () => {
    store.erased.add('number', '+12025550123', NOW)
    expect(store.erased.has('number', '+12025550123')).toBe(true)
    expect(store.erased.has('number', '+12025550124')).toBe(false)
    expect(store.erased.has('call', '+12025550123')).toBe(false)
    store.compact()
    expect(readFileSync(join(dir, 'state.sqlite')).includes('2025550123')).toBe(false)
  })

  it('has a key of its own in every profile, which only its owner reads', () => {
    store.erased.add('number', '+12025550123', NOW)
    const other = openStore(temporaryDir())
    onTestFinished(() => other.close())
    other.erased.add('number', '+12025550123', NOW)
    const key = readFileSync(join(dir, 'erasure.key'), 'utf8')
    expect(key).toMatch(/^[0-9a-f]{64}\n$/)
    expect(readFileSync(join(other.dir, 'erasure.key'), 'utf8')).not.toBe(key)
    expect(statSync(join(dir, 'erasure.key')).mode & 0o777).toBe(0o600)
  })

  it('takes no key that lay there before anybody was erased', () => {
    const planted = `${'ab'.repeat(32)}\n`
    writeFileSync(join(dir, 'erasure.key'), planted)
    store.erased.add('number', '+12025550123', NOW)
    expect(readFileSync(join(dir, 'erasure.key'), 'utf8')).not.toBe(planted)
    expect(statSync(join(dir, 'erasure.key')).mode & 0o777).toBe(0o600)
    expect(store.erased.has('number', '+12025550123')).toBe(true)
  })

  it('is not looked up with another key than it was noted with', () => {
    store.erased.add('end-user', 'eu-1', NOW)
    writeFileSync(join(dir, 'erasure.key'), `${'ab'.repeat(32)}\n`)
    const later = openStore(dir)
    onTestFinished(() => later.close())
    expect(() => later.erased.has('end-user', 'eu-1')).toThrow(
      expect.objectContaining({ code: 'ERASURE_KEY', exitCode: 7 }),
    )
  })

  it('needs no key while nobody was erased, and says when the key is gone', () => {
    expect(store.erased.has('number', '+12025550123')).toBe(false)
    store.erased.add('end-user', 'eu-1', NOW)
    rmSync(join(dir, 'erasure.key'))
    const later = openStore(dir)
    onTestFinished(() => later.close())
    expect(() => later.erased.has('end-user', 'eu-1')).toThrow(
      expect.objectContaining({ code: 'ERASURE_KEY', exitCode: 7 }),
    )
  })
})

describe('what is older than a moment', () => {
  it('is counted as it is removed: calls, transcripts, plan rows', () => {
    store.calls.savePage(1, [sampleCall('1', { startedAt: 5 }), sampleCall('2', { startedAt: 6 })], NOW)
    store.transcripts.saveReady(sampleTranscript('1'), NOW)
    store.plans.add('run', [sampleRow('run', 0, { callId: '1' }), sampleRow('run', 1, { callId: '2' })])
    expect(store.old.count(6)).toEqual({ calls: 1, transcripts: 1, planRows: 1, writes: 0 })
    store.old.remove(6)
    expect(store.old.count(6)).toEqual({ calls: 0, transcripts: 0, planRows: 0, writes: 0 })
    expect([...store.calls.iterate(null)].map((call) => call.id)).toEqual(['2'])
    expect(store.transcripts.get('1')).toBeNull()
  })

  it('leaves in the ledger that a record was written, and nothing of what was in it', () => {
    store.calls.savePage(1, [sampleCall('2', { startedAt: 6 })], NOW)
    store.ledger.put(sampleEntry('1'))
    store.ledger.put(sampleEntry('2'))
    expect(store.ledger.purgeContents()).toBe(1)
    expect(store.ledger.purgeContents()).toBe(0)
    const [entry] = store.ledger.byCall('1')
    expect(entry).toMatchObject({ planhatId: 'p1', purged: true })
    expect(entry?.payload).toMatchObject({ subject: '', description: '', endusers: [], users: [] })
    expect(store.ledger.byCall('2')).toEqual([sampleEntry('2')])
    store.ledger.put(sampleEntry('1'))
    expect(store.ledger.byCall('1')).toEqual([sampleEntry('1')])
  })
})
