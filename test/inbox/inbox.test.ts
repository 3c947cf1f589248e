import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Inbox, type InboxOptions } from '../../src/inbox/inbox.ts'
import type { OpenCall, Outcome } from '../../src/inbox/schedule.ts'
import { countOldCalls, forgetCalls, purgeInbox, readInbox } from '../../src/inbox/standing.ts'
import { FakeClock } from '../http/support/fake-clock.ts'

const START = Date.UTC(2026, 10, 27, 9)

function useDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'aircall-sync-inbox-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function useInbox(o: Partial<InboxOptions> & { clock?: FakeClock } = {}) {
  const clock = o.clock ?? new FakeClock(START)
  const dir = o.dir ?? useDir()
  const inbox = new Inbox({ ...o, dir, clock })
  onTestFinished(() => inbox.close())
  return { inbox, clock, dir }
}

const ended = (callId: string | null) => ({ event: 'call.ended' as const, callId })
const ids = (calls: readonly OpenCall[]) => calls.map(({ callId }) => callId)
const all = (taken: readonly OpenCall[], outcome: Outcome) => taken.map((one) => ({ taken: one, outcome }))

describe('Inbox', () => {
  it('keeps a hint over a restart, hands it out when it is due, and forgets it when it is done', async () => {
    const { inbox, clock, dir } = useInbox()
    await inbox.accept(ended('7'))
    inbox.close()
    const { inbox: again } = useInbox({ dir, clock })
    expect(await again.take(10)).toEqual([])
    clock.jump(again.nextDueMs()! - clock.nowMs())
    const taken = await again.take(10)
    expect(ids(taken)).toEqual(['7'])
    expect(await again.take(10)).toEqual([])
    await again.settle(all(taken, { kind: 'done' }))
    expect(again.counts()).toEqual({ open: 0, waiting: 0, dead: 0, oldestMs: 0, overdueMs: 0 })
    expect(again.nextDueMs()).toBeNull()
  })

  it('is one piece of work for a call, however often and in whatever order its events come', async () => {
    const { inbox, clock } = useInbox()
    const events = ['transcription.created', 'call.tagged', 'call.ended', 'call.ended', 'other'] as const
    await Promise.all(events.map((event) => inbox.accept({ event, callId: '7' })))
    clock.jump(60_000)
    const [call, ...others] = await inbox.take(10)
    expect(others).toEqual([])
    expect(call).toMatchObject({ callId: '7', events: 5, announced: ['transcription.created'] })
  })

  it('does not lose an event that comes while its call is in work', async () => {
    const { inbox, clock } = useInbox()
    await inbox.accept(ended('7'))
    clock.jump(60_000)
    const taken = await inbox.take(10)
    await inbox.accept({ event: 'call.tagged', callId: '7' })
    await inbox.settle(all(taken, { kind: 'done' }))
    expect(inbox.counts().open).toBe(1)
    clock.jump(60_000)
    expect(ids(await inbox.take(10))).toEqual(['7'])
  })

  it('shares one sync between what comes together', async () => {
    const { inbox, dir } = useInbox()
    await inbox.accept(ended('1'))
    const before = statSync(join(dir, 'inbox.sqlite-wal')).size
    await Promise.all(Array.from({ length: 100 }, (_, at) => inbox.accept(ended(String(at + 10)))))
    const pages = (statSync(join(dir, 'inbox.sqlite-wal')).size - before) / 4096
    expect(inbox.counts().open).toBe(101)
    // One commit writes each changed page once; a hundred would write hundreds.
    expect(pages).toBeLessThan(30)
  })

  it('syncs every commit, and is for this user alone', async () => {
    const { inbox, dir } = useInbox()
    await inbox.accept(ended('7'))
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
  })

  it('stores ids, names and times alone', async () => {
    const { inbox, dir } = useInbox()
    await inbox.accept({ event: 'other', callId: '4186780376' })
    const db = new DatabaseSync(join(dir, 'inbox.sqlite'), { readOnly: true })
    const columns = db
      .prepare("SELECT name FROM pragma_table_info('calls')")
      .all()
      .map((row) => row['name'])
    db.close()
    expect(columns).toEqual([
      ...[
        'call_id',
        'events',
        'waiting_since',
        'last_event',
        'due',
        'announced',
        'asked',
        'not_ended',
        'unknown',
      ],
      ...['not_yet', 'failures', 'failing_since', 'crashes', 'code', 'dead', 'in_work'],
    ])
  })

  it('acknowledges more calls than it has room for, and leaves them to the catch-up', async () => {
    const { inbox } = useInbox({ maxCalls: 3 })
    for (const id of ['1', '2', '3', '4', '5', '1']) await inbox.accept(ended(id))
    expect(inbox.counts().open).toBe(3)
    expect(inbox.overflowed).toBe(2)
    expect(await inbox.add(['1', '8', '9'])).toBe(2)
  })

  it('counts a delivery that names no call as an event, and stores no call', async () => {
    const { inbox, dir } = useInbox()
    await inbox.accept(ended(null))
    expect(readInbox(dir, START)).toMatchObject({ open: 0, lastEventAt: '2026-11-27T09:00:00.000Z' })
  })

  it('makes a call dead in whose work the process died three times, and lets no other suffer for it', async () => {
    const { inbox, clock, dir } = useInbox()
    for (const id of ['1', '2']) await inbox.accept(ended(id))
    clock.jump(60_000)
    expect(ids(await inbox.take(10))).toEqual(['1', '2'])
    inbox.close()
    const { inbox: second } = useInbox({ dir, clock })
    await second.recover()
    const alone = await second.take(10)
    expect(ids(alone)).toEqual(['1'])
    await second.settle(all(alone, { kind: 'done' }))
    expect(ids(await second.take(10))).toEqual(['2'])
    second.close()
    const { inbox: third } = useInbox({ dir, clock })
    await third.recover()
    clock.jump(600_000)
    expect(ids(await third.take(10))).toEqual(['2'])
    third.close()
    const { inbox: fourth } = useInbox({ dir, clock })
    await fourth.recover()
    clock.jump(600_000)
    expect(await fourth.take(10)).toEqual([])
    expect(readInbox(dir, clock.nowMs())).toMatchObject({
      open: 0,
      dead: 1,
      deadCalls: [{ callId: '2', code: 'PROCESS_DIED' }],
    })
    expect(await fourth.retryDead()).toBe(1)
    expect(ids(await fourth.take(10))).toEqual(['2'])
  })

  it('counts nothing against calls that are given back', async () => {
    const { inbox, clock, dir } = useInbox()
    await inbox.accept(ended('7'))
    clock.jump(60_000)
    for (let round = 0; round < 5; round++) {
      const taken = await inbox.take(10)
      expect(taken).toMatchObject([{ callId: '7', crashes: 0, failures: 0 }])
      await inbox.giveBack(taken)
    }
    inbox.close()
    const { inbox: again } = useInbox({ dir, clock })
    await again.recover()
    expect(await again.take(10)).toMatchObject([{ crashes: 0 }])
  })

  it('takes a dead call off the list that a reconcile healed, and no open one', async () => {
    const { inbox, clock } = useInbox()
    await inbox.accept(ended('1'))
    await inbox.accept(ended('2'))
    for (let tries = 0; tries < 60; tries++) {
      clock.jump(30 * 60_000)
      await inbox.settle(
        all(
          (await inbox.take(10)).filter(({ callId }) => callId === '1'),
          { kind: 'failed', code: 'X' },
        ),
      )
    }
    expect(inbox.counts()).toMatchObject({ open: 1, dead: 1 })
    await inbox.healed(['1', '2', '3'])
    expect(inbox.counts()).toMatchObject({ open: 1, dead: 0 })
  })

  it('takes up what a clock that has gone back had put far away', async () => {
    const { inbox, clock } = useInbox()
    await inbox.accept(ended('7'))
    clock.jump(-48 * 3_600_000)
    expect(inbox.nextDueMs()! - clock.nowMs()).toBeLessThanOrEqual(6 * 3_600_000)
    expect(ids(await inbox.take(10))).toEqual(['7'])
    expect(inbox.counts().oldestMs).toBe(0)
  })

  it('says how long the oldest event waits, and how long the work is late', async () => {
    const { inbox, clock } = useInbox()
    await inbox.accept(ended('7'))
    clock.jump(10_000)
    await inbox.accept(ended('8'))
    expect(inbox.counts()).toMatchObject({ open: 2, oldestMs: 10_000 })
    clock.jump(1_000_000)
    expect(inbox.counts().overdueMs).toBeGreaterThan(15 * 60_000)
  })

  it('does not count a call as open that only waits for its transcript', async () => {
    const { inbox, clock } = useInbox()
    await inbox.accept(ended('7'))
    clock.jump(5_000)
    const waits = {
      kind: 'waits',
      endedMs: clock.nowMs(),
      missing: ['transcription.created'],
      asked: false,
    } as const
    await inbox.settle(all(await inbox.take(1), waits))
    clock.jump(60_000)
    expect(inbox.counts()).toEqual({ open: 0, waiting: 1, dead: 0, oldestMs: 0, overdueMs: 0 })
  })

  it('wakes whoever works the calls', async () => {
    let woken = 0
    const { inbox } = useInbox({ onWork: () => (woken += 1) })
    await inbox.accept(ended('7'))
    await inbox.add(['8'])
    expect(woken).toBe(2)
  })
})

describe('an inbox that cannot be written', () => {
  function lockFile(dir: string) {
    const other = new DatabaseSync(join(dir, 'inbox.sqlite'))
    other.exec('BEGIN IMMEDIATE')
    return { release: () => other.close() }
  }

  it('waits for another process without blocking, then says so, and is well again by itself', async () => {
    const { inbox, clock, dir } = useInbox()
    const lock = lockFile(dir)
    const before = clock.nowMs()
    await expect(inbox.accept(ended('7'))).rejects.toMatchObject({ code: 'STATE_BUSY' })
    expect(clock.nowMs() - before).toBeGreaterThanOrEqual(1_000)
    expect(clock.nowMs() - before).toBeLessThan(3_000)
    expect(inbox.isWritable()).toBe(false)
    lock.release()
    expect(inbox.isWritable()).toBe(true)
    await inbox.accept(ended('7'))
    expect(inbox.counts().open).toBe(1)
  })

  it('says so for as long as the disk has no room for a delivery, and is well again once it has', async () => {
    const { inbox, dir } = useInbox({ maxPages: 24 })
    const fill = async () => {
      for (let id = 1; ; id += 1) await inbox.accept(ended(String(id)))
    }
    await expect(fill()).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(inbox.isWritable()).toBe(false)
    const other = new DatabaseSync(join(dir, 'inbox.sqlite'))
    other.exec('DELETE FROM calls')
    other.close()
    expect(inbox.isWritable()).toBe(true)
    await inbox.accept(ended('7'))
    expect(inbox.counts().open).toBe(1)
  })

  it('stores a delivery once the other process is done with the file in time', async () => {
    const { inbox, clock, dir } = useInbox()
    const lock = lockFile(dir)
    const accepted = inbox.accept(ended('7'))
    void clock.sleep(500).then(lock.release)
    await accepted
    expect(inbox.counts().open).toBe(1)
  })

  it('is due again when what became of a call cannot be booked', async () => {
    const { inbox, clock, dir } = useInbox()
    await inbox.accept(ended('7'))
    clock.jump(60_000)
    const taken = await inbox.take(1)
    const lock = lockFile(dir)
    await expect(inbox.settle(all(taken, { kind: 'done' }))).rejects.toMatchObject({ code: 'STATE_BUSY' })
    lock.release()
    expect(ids(await inbox.take(1))).toEqual(['7'])
  })

  it('refuses what a full disk cannot take, and keeps what it has', async () => {
    const { inbox, dir } = useInbox()
    await inbox.accept(ended('7'))
    inbox.close()
    const file = new DatabaseSync(join(dir, 'inbox.sqlite'))
    const pages = Number(Object.values(file.prepare('PRAGMA page_count').get()!)[0])
    file.close()
    const { inbox: full } = useInbox({ dir, maxPages: pages })
    const many = Array.from({ length: 2_000 }, (_, at) => full.accept(ended(String(at + 10))))
    const results = await Promise.allSettled(many)
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
    expect(results[0]).toMatchObject({ reason: { code: 'DISK_FULL' } })
    expect(full.counts().open).toBe(1)
  })

  it('goes on answering for itself where the folder is gone and cannot be made again, until it can', async () => {
    const { inbox, dir } = useInbox()
    await inbox.accept(ended('1'))
    const due = inbox.nextDueMs()
    renameSync(dir, `${dir}-moved`)
    onTestFinished(() => rmSync(`${dir}-moved`, { recursive: true, force: true }))
    writeFileSync(dir, 'in the place of the folder')
    await expect(inbox.accept(ended('2'))).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
    expect(inbox.isWritable()).toBe(false)
    expect(inbox.nextDueMs()).toBe(due)
    expect(inbox.counts().open).toBe(1)
    rmSync(dir)
    await inbox.accept(ended('3'))
    expect(inbox.isWritable()).toBe(true)
    expect(readInbox(dir, START)?.open).toBe(1)
  })

  it('begins a new file where somebody moved the folder away', async () => {
    const { inbox, dir } = useInbox()
    await inbox.accept(ended('7'))
    renameSync(dir, `${dir}-moved`)
    onTestFinished(() => rmSync(`${dir}-moved`, { recursive: true, force: true }))
    await inbox.accept(ended('8'))
    expect(readInbox(dir, START)).toMatchObject({ open: 1 })
  })

  it('is not made by a newer version', () => {
    const dir = useDir()
    const file = new DatabaseSync(join(dir, 'inbox.sqlite'))
    file.exec('PRAGMA user_version = 99')
    file.close()
    expect(() => new Inbox({ dir, clock: new FakeClock(START) })).toThrow(
      expect.objectContaining({ code: 'STATE_NEWER' }),
    )
  })
})

describe('erase and purge', () => {
  const bytesOf = (dir: string) =>
    readdirSync(dir)
      .map((name) => readFileSync(join(dir, name), 'latin1'))
      .join('')

  it('leave nothing of a call in file or journal, also while a listener has them open', async () => {
    const { inbox, clock, dir } = useInbox()
    for (const id of ['4186780376', '4186780379']) await inbox.accept(ended(id))
    clock.jump(60_000)
    const taken = await inbox.take(10)
    expect(forgetCalls(dir, ['4186780376', '1'])).toBe(1)
    expect(bytesOf(dir)).not.toContain('4186780376')
    expect(bytesOf(dir)).toContain('4186780379')
    await inbox.settle(all(taken, { kind: 'waits', endedMs: clock.nowMs(), missing: [], asked: false }))
    expect(inbox.counts()).toMatchObject({ open: 0, waiting: 1 })
  })

  it('remove old calls, dead ones included', async () => {
    const { inbox, clock, dir } = useInbox()
    await inbox.accept(ended('1'))
    clock.jump(86_400_000)
    await inbox.accept(ended('2'))
    expect(countOldCalls(dir, START + 1)).toBe(1)
    expect(purgeInbox(dir, START + 1)).toBe(1)
    clock.jump(60_000)
    expect(ids(await inbox.take(10))).toEqual(['2'])
  })

  it('do not make a file where nobody listens', () => {
    const dir = useDir()
    mkdirSync(join(dir, 'runs'))
    expect([
      forgetCalls(dir, ['1']),
      purgeInbox(dir, START),
      countOldCalls(dir, START),
      readInbox(dir, START),
    ]).toEqual([0, 0, 0, null])
    expect(readdirSync(dir)).toEqual(['runs'])
  })
})
