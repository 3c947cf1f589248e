import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Database } from '../../../src/store/database.ts'
import { explainStateFailure } from '../../../src/store/failure.ts'
import { type Listening, pass, startListening } from '../../support/listening.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** So many calls that are over and have their transcripts, with all their events. */
async function phoneMany(one: Listening, many: number): Promise<number[]> {
  const ids = Array.from({ length: many }, () => one.phone().id)
  for (const id of ids) {
    one.sandbox.aircall.ripen(id)
    await one.say('call.ended', id)
    await one.say('transcription.created', id)
  }
  return ids
}

/** How often this API refused since then, and what was sent later than a second after that, within its minute. */
function afterRefusal({ sandbox }: Listening, before: number, api: 'aircall' | 'planhat') {
  const sent = sandbox.log.slice(before).filter((one) => one.api === api)
  const refused = sent.filter(({ status }) => status === 429)
  const sinceMs = refused[0]?.atMs ?? Number.NaN
  const meanwhile = sent.filter(({ atMs }) => atMs > sinceMs + SECOND && atMs < sinceMs + MINUTE)
  return { refused: refused.length, meanwhile }
}

/** No more than what was in flight together ran into it. */
const MOST_REFUSED = 6

describe('a 429 in the middle of a batch', () => {
  it('of Aircall: what is in flight runs into it, all wait as long as it says, and nothing is lost', async () => {
    const one = await startListening({
      sandbox: { aircallRpm: 30, switches: { rateWindow: 'block' } },
      config: { limits: { aircallPerMinute: 6_000, planhatPerMinute: 60_000 } },
    })
    await pass(one, 5 * MINUTE)
    const ids = await phoneMany(one, 45)
    const before = one.sandbox.log.length
    await pass(one, 5 * SECOND)
    const { refused, meanwhile } = afterRefusal(one, before, 'aircall')
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThanOrEqual(MOST_REFUSED)
    expect(meanwhile).toEqual([])
    expect(ids.map((id) => one.recordsOf(id).length)).toEqual(ids.map(() => 2))
    expect([one.worker.trouble, one.inbox.counts().open, one.inbox.counts().dead]).toEqual([null, 0, 0])
  })

  it('of Aircall that names a lower limit is kept by the batches after it', async () => {
    const one = await startListening({
      sandbox: { aircallRpm: 30, switches: { rateWindow: 'block' } },
      config: { limits: { aircallPerMinute: 6_000, planhatPerMinute: 60_000 } },
    })
    const before = one.sandbox.log.length
    await phoneMany(one, 45)
    await pass(one, 5 * SECOND)
    expect(afterRefusal(one, before, 'aircall').refused).toBeGreaterThan(0)
    const after = one.sandbox.log.length
    const ids = await phoneMany(one, 45)
    await pass(one, 5 * SECOND)
    // This clock runs ahead of what is in flight: the last two of a batch reach the server together.
    expect(afterRefusal(one, after, 'aircall').refused).toBeLessThanOrEqual(1)
    expect(ids.map((id) => one.recordsOf(id).length)).toEqual(ids.map(() => 2))
  })

  it('of Planhat, which names no limit and no time: a minute is waited, and nothing is written twice', async () => {
    const one = await startListening({ sandbox: { planhatRpm: 20, switches: { rateWindow: 'block' } } })
    await pass(one, 5 * MINUTE)
    const ids = await phoneMany(one, 15)
    const before = one.sandbox.log.length
    for (let used = 0; used < 20; used += 1)
      await fetch(`${one.sandbox.url}/users`, {
        headers: { authorization: `Bearer ${one.sandbox.env.PLANHAT_API_TOKEN}` },
      })
    await pass(one, 5 * SECOND)
    const { refused, meanwhile } = afterRefusal(one, before, 'planhat')
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThanOrEqual(MOST_REFUSED)
    expect(meanwhile).toEqual([])
    expect(ids.map((id) => one.recordsOf(id).length)).toEqual(ids.map(() => 2))
    expect([one.worker.trouble, one.inbox.counts().open, one.inbox.counts().dead]).toEqual([null, 0, 0])
  })
})

/** As SQLite says it of a write that finds no room. */
function noRoom(dir: string): unknown {
  const full = Object.assign(new Error('database or disk is full'), {
    code: 'ERR_SQLITE_ERROR',
    errcode: 13,
  })
  return explainStateFailure(full, dir)
}

describe('a full disk', () => {
  /** Every write that fits finds no room, until there is some again. */
  function fillDisk({ listener }: Listening, fits: (sql: string) => boolean): () => void {
    const run = Database.prototype.run
    const write = vi.spyOn(Database.prototype, 'run')
    write.mockImplementation(function (this: Database, sql, ...values) {
      if (fits(sql)) throw noRoom(listener.settings.stateDir)
      return run.call(this, sql, ...values)
    })
    onTestFinished(() => write.mockRestore())
    return () => write.mockRestore()
  }
  const isOfInbox = (sql: string) => /\bcalls \(call_id, events|DELETE FROM calls|SET in_work = 0/.test(sql)

  it('in the work is said once and held against no call; when there is room all are brought over', async () => {
    const one = await startListening()
    const ids = await phoneMany(one, 3)
    const makeRoom = fillDisk(
      one,
      (sql) => /INSERT .*INTO (calls|ledger|intents)/i.test(sql) && !isOfInbox(sql),
    )
    await pass(one, 5 * SECOND)
    expect(one.worker.trouble?.code).toBe('DISK_FULL')
    await pass(one, 35 * SECOND)
    expect(one.lines.filter((line) => line.includes('DISK_FULL'))).toHaveLength(1)
    expect(one.inbox.counts()).toMatchObject({ open: 3, dead: 0 })
    expect(ids.flatMap((id) => one.recordsOf(id))).toEqual([])
    makeRoom()
    await pass(one, 5 * MINUTE)
    expect(one.worker.trouble).toBeNull()
    expect(ids.map((id) => one.recordsOf(id).length)).toEqual([2, 2, 2])
    expect(one.inbox.counts()).toMatchObject({ open: 0, dead: 0 })
  })

  it('as the work is booked has the calls looked at again when there is room, without another event', async () => {
    const one = await startListening({ options: { catchUpMs: 0 } })
    const ids = await phoneMany(one, 3)
    const makeRoom = fillDisk(one, isOfInbox)
    await pass(one, 5 * SECOND)
    expect(one.worker.trouble?.code).toBe('DISK_FULL')
    makeRoom()
    await pass(one, 5 * MINUTE)
    expect(one.worker.trouble).toBeNull()
    expect(ids.map((id) => one.recordsOf(id).length)).toEqual([2, 2, 2])
    expect(one.inbox.counts()).toMatchObject({ open: 0, dead: 0 })
  })
})
