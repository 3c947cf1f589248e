import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createGate } from '../../../src/http/gate.ts'
import { Paces } from '../../../src/pipeline/run/paces.ts'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import { LISTENER, lockProfile } from '../../../src/pipeline/run/take-lock.ts'
import { FakeClock } from '../../http/support/fake-clock.ts'

const MINUTE = 60_000
const PER_MINUTE = 60

/** A profile that a listener, which remembers, and commands, which do not, have one after the other. */
async function withProfile<T>(work: (profile: Profile) => Promise<T>): Promise<T> {
  const stateDir = mkdtempSync(join(tmpdir(), 'aircall-sync-paces-'))
  try {
    const clock = new FakeClock()
    const paces = new Paces(clock.nowMs())
    const settings = { stateDir } as Surroundings['settings']
    const starts: number[] = []
    /** Has the profile for so many requests. */
    const turn = async (who: 'listener' | 'command', requests: number) => {
      const world = who === 'listener' ? { settings, clock, paces } : { settings, clock }
      const lock = lockProfile(world, who === 'listener' ? LISTENER : 'backfill')
      try {
        const memory = who === 'listener' ? paces.of('aircall') : undefined
        const gate = createGate({ perMinute: PER_MINUTE, clock, memory })
        for (let sent = 0; sent < requests; sent += 1) {
          await gate.enter('page')
          starts.push(clock.nowMs())
        }
      } finally {
        lock.release()
      }
    }
    return await work({ stateDir, clock, starts, turn })
  } finally {
    rmSync(stateDir, { recursive: true, force: true })
  }
}

interface Profile {
  readonly stateDir: string
  readonly clock: FakeClock
  readonly starts: number[]
  readonly turn: (who: 'listener' | 'command', requests: number) => Promise<void>
}

it('never lets more than the limit into any minute, whoever has the profile in whatever order', async () => {
  const turn = fc.record({
    who: fc.constantFrom('listener' as const, 'command' as const),
    requests: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 5 }) },
      fc.integer({ min: 0, max: 70 }),
    ),
    quietMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 0, max: 2 * MINUTE }),
    ),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 30 }), (turns) =>
      withProfile(async (profile) => {
        for (const { who, requests, quietMs } of turns) {
          await profile.turn(who, requests)
          profile.clock.jump(quietMs)
        }
        for (const from of profile.starts) {
          const within = profile.starts.filter((at) => at >= from && at <= from + MINUTE)
          expect(within.length).toBeLessThanOrEqual(PER_MINUTE)
        }
      }),
    ),
    { numRuns: 25 },
  )
})

it('waits for nothing after a quiet while, and a whole spacing where somebody had the profile meanwhile', async () => {
  await withProfile(async ({ clock, starts, turn }) => {
    await turn('listener', 1)
    clock.jump(10_000)
    const alone = clock.nowMs()
    await turn('listener', 1)
    expect(starts.at(-1)).toBe(alone)
    clock.jump(10_000)
    await turn('command', 0)
    const after = clock.nowMs()
    await turn('listener', 1)
    expect(starts.at(-1)).toBe(after + 1010)
  })
})

it('takes the last holder for a stranger where it cannot be read', async () => {
  await withProfile(async ({ stateDir, clock, starts, turn }) => {
    await turn('listener', 1)
    clock.jump(10_000)
    writeFileSync(join(stateDir, 'lock.last'), '')
    const torn = clock.nowMs()
    await turn('listener', 1)
    expect(starts.at(-1)).toBe(torn + 1010)
    clock.jump(10_000)
    rmSync(join(stateDir, 'lock.last'))
    const gone = clock.nowMs()
    await turn('listener', 1)
    expect(starts.at(-1)).toBe(gone + 1010)
  })
})
