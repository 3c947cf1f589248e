import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGate } from '../../../src/http/gate.ts'
import { PaceRecord } from '../../../src/store/pace/pace-record.ts'
import { FakeClock } from '../../http/support/fake-clock.ts'
import { temporaryDir } from '../samples.ts'

const MINUTE = 60_000

/** Gates as processes of one profile have them: each with a record of its own on the same file. */
function useProfile(dir = temporaryDir()) {
  const clock = new FakeClock()
  const starts: number[] = []
  const open = (perMinute: number, onPause?: (reason: string) => void) => {
    const shared = new PaceRecord(dir, 'aircall')
    const gate = createGate({ perMinute, clock, shared, onPause: ({ reason }) => onPause?.(reason) })
    const send = async () => {
      await gate.enter('page')
      starts.push(clock.nowMs())
      return clock.nowMs()
    }
    return { gate, send }
  }
  return { dir, path: join(dir, 'pace.sqlite'), clock, starts, open }
}

function mostInAMinute(starts: readonly number[]): number {
  return Math.max(
    0,
    ...starts.map((at) => starts.filter((other) => other >= at && other <= at + MINUTE).length),
  )
}

describe('gates of several processes', () => {
  it('never let more than the limit into any minute together, at once or one after the other', async () => {
    const piece = fc.record({
      processes: fc.integer({ min: 1, max: 4 }),
      requests: fc.integer({ min: 0, max: 30 }),
      quietMs: fc.oneof(
        fc.constant(0),
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 0, max: 3 * MINUTE }),
      ),
      pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: MINUTE })),
    })
    const pieces = fc.array(piece, { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 240 }), pieces, async (perMinute, work) => {
        const { clock, starts, open, path } = useProfile()
        rmSync(path, { force: true })
        for (const { processes, requests, quietMs, pauseMs } of work) {
          clock.jump(quietMs)
          const gates = Array.from({ length: processes }, () => open(perMinute))
          const untilMs = clock.nowMs() + pauseMs
          gates[0]!.gate.pauseUntil(untilMs, '429')
          const one = async (turn: number) =>
            expect(await gates[turn % processes]!.send()).toBeGreaterThanOrEqual(untilMs)
          await Promise.all(Array.from({ length: requests }, (_, turn) => one(turn)))
        }
        expect(starts).toHaveLength(work.reduce((sum, { requests }) => sum + requests, 0))
        expect(mostInAMinute(starts)).toBeLessThanOrEqual(perMinute)
      }),
      { numRuns: 25 },
    )
  })

  it('use the whole rate together, and neither of two keeps the other from its turn', async () => {
    const { clock, starts, open } = useProfile()
    const [long, short] = [open(60), open(60)]
    const sinceMs = clock.nowMs()
    const many = Promise.all(Array.from({ length: 60 }, () => long.send()))
    const few = await Promise.all(Array.from({ length: 5 }, () => short.send()))
    expect(Math.max(...few) - sinceMs).toBeLessThanOrEqual(40_000)
    await many
    expect(starts).toHaveLength(65)
    expect(Math.max(...starts) - sinceMs).toBeLessThanOrEqual(66 * 1_010)
  })

  it('wait for nothing after a quiet while, and for what is left of a spacing after another one', async () => {
    const { clock, open } = useProfile()
    const first = await open(60).send()
    clock.jump(300)
    expect(await open(60).send()).toBe(first + 1_010)
    clock.jump(5_000)
    const quietMs = clock.nowMs()
    expect(await open(60).send()).toBe(quietMs)
  })

  it('keep a pause that another one was told, and say why', async () => {
    const { clock, open } = useProfile()
    const other = open(60)
    await other.send()
    const untilMs = clock.nowMs() + 30_000
    other.gate.pauseUntil(untilMs, '429')
    other.gate.pauseUntil(untilMs - 10_000, '429')
    const reasons: string[] = []
    expect(await open(60, (reason) => reasons.push(reason)).send()).toBe(untilMs)
    expect(reasons).toEqual(['the server told another command to wait'])
  })

  it('do not wait for hours when the clock is set back', async () => {
    const { clock, open } = useProfile()
    const gate = open(60)
    await gate.send()
    gate.gate.pauseUntil(clock.nowMs() + 30_000, '429')
    clock.jump(-3 * 3_600_000)
    const beforeMs = clock.nowMs()
    expect((await open(60).send()) - beforeMs).toBeLessThanOrEqual(2 * 1_010)
  })
})

describe('the record', () => {
  it('keeps hosts apart, and knows of a host only what was booked', () => {
    const dir = temporaryDir()
    const [aircall, planhat] = [new PaceRecord(dir, 'aircall'), new PaceRecord(dir, 'planhat')]
    expect(aircall.lastMs()).toBeNull()
    expect(existsSync(join(dir, 'pace.sqlite'))).toBe(false)
    expect(aircall.book(5_000, 1_000)).toEqual({ startMs: 5_000, isPaused: false })
    expect(aircall.book(5_400, 1_000)).toEqual({ startMs: 6_000, isPaused: false })
    expect(aircall.lastMs()).toBe(6_000)
    expect(planhat.lastMs()).toBeNull()
    expect(planhat.book(5_400, 1_000).startMs).toBe(5_400)
  })

  it('keeps a limit that a server named for an hour, for whoever comes next', async () => {
    const { clock, open, dir } = useProfile()
    open(60).gate.lowerTo(30)
    expect(open(60).gate.perMinute).toBe(30)
    expect(open(10).gate.perMinute).toBe(10)
    expect(new PaceRecord(dir, 'planhat').limit(clock.nowMs())).toBeNull()
    clock.jump(3_600_001)
    expect(open(60).gate.perMinute).toBe(60)
    // Named by a clock that has gone back since.
    open(60).gate.lowerTo(20)
    clock.jump(-3_600_000)
    expect(open(60).gate.perMinute).toBe(60)
  })

  it('is for its owner alone', () => {
    const dir = temporaryDir()
    new PaceRecord(dir, 'aircall').book(5_000, 1_000)
    expect(statSync(join(dir, 'pace.sqlite')).mode & 0o777).toBe(0o600)
  })

  it('makes no state folder, and leaves a gate to a pace of its own where there is none', async () => {
    const { clock, open, dir } = useProfile(join(temporaryDir(), 'none'))
    const sinceMs = clock.nowMs()
    expect([await open(60).send(), existsSync(dir)]).toEqual([sinceMs + 1_010, false])
  })

  it('is made anew where it is damaged, and then counts again', () => {
    const dir = temporaryDir()
    const record = new PaceRecord(dir, 'aircall')
    writeFileSync(
      join(dir, 'pace.sqlite'),
      'no database at all, and long enough to be seen as one'.repeat(40),
    )
    expect(record.lastMs()).toBeNull()
    expect(record.book(5_000, 1_000).startMs).toBe(5_000)
    expect(record.book(5_400, 1_000).startMs).toBe(6_000)
  })

  it('follows no link, and is not used while another process stands still in it', () => {
    const dir = temporaryDir()
    const elsewhere = join(dir, 'elsewhere')
    writeFileSync(elsewhere, 'mine')
    mkdirSync(join(dir, 'state'))
    symlinkSync(elsewhere, join(dir, 'state', 'pace.sqlite'))
    expect(new PaceRecord(join(dir, 'state'), 'aircall').book(5_000, 1_000).startMs).toBe(5_000)
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine')
    const record = new PaceRecord(dir, 'aircall')
    record.book(5_000, 1_000)
    const other = new DatabaseSync(join(dir, 'pace.sqlite'))
    other.exec('BEGIN EXCLUSIVE')
    expect(record.book(5_400, 1_000).startMs).toBe(5_400)
    other.close()
    expect(record.book(5_400, 1_000).startMs).toBe(6_000)
  })
})
