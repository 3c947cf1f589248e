import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import { takeLock } from '../../../src/pipeline/run/take-lock.ts'
import { acquireLock, type Lock } from '../../../src/store/lock.ts'
import { createManualClock } from '../../support/sandbox.ts'

function usePlace() {
  const stateDir = mkdtempSync(join(tmpdir(), 'aircall-sync-lock-'))
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }))
  const clock = createManualClock()
  const said: string[] = []
  const hold = (command: string) => acquireLock(stateDir, { command, nowMs: clock.nowMs() })
  const world = (onSleep: () => void = () => {}) =>
    ({
      settings: { stateDir },
      clock: {
        ...clock,
        sleep: async (ms: number) => {
          clock.advance(ms)
          onSleep()
        },
      },
      signal: new AbortController().signal,
      log: { info: (text: string) => said.push(text) },
    }) as unknown as Surroundings
  return { clock, said, hold, world }
}

it('waits for a listener to end the work in hand, and says once that it does', async () => {
  const { clock, said, hold, world } = usePlace()
  const startMs = clock.nowMs()
  const other: Lock = hold('listen')
  const lock = await takeLock(
    world(() => clock.nowMs() - startMs >= 20_000 && other.release()),
    'apply',
  )
  lock.release()
  expect(clock.nowMs() - startMs).toBe(20_000)
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('listener')
})

it('goes on waiting where the listener takes the profile again and has not said so yet', async () => {
  const { clock, hold, world } = usePlace()
  const startMs = clock.nowMs()
  const other: Lock = hold('listen')
  const note = join(world().settings.stateDir, 'lock.json')
  const said = readFileSync(note)
  const lock = await takeLock(
    world(() => {
      const waitedMs = clock.nowMs() - startMs
      if (waitedMs === 20_000) rmSync(note)
      if (waitedMs === 20_500) writeFileSync(note, said)
      if (waitedMs === 30_000) other.release()
    }),
    'apply',
  )
  lock.release()
  expect(clock.nowMs() - startMs).toBe(30_000)
})

it('gives up after a minute, and at once where another command has the profile', async () => {
  const { clock, hold, world } = usePlace()
  const startMs = clock.nowMs()
  const listener = hold('listen')
  await expect(takeLock(world(), 'apply')).rejects.toMatchObject({ code: 'LOCKED', exitCode: 11 })
  expect(clock.nowMs() - startMs).toBe(60_000)
  listener.release()
  const backfill = hold('backfill')
  await expect(takeLock(world(), 'apply')).rejects.toMatchObject({ exitCode: 11 })
  expect(clock.nowMs() - startMs).toBe(60_000)
  backfill.release()
})

it('lets one listener serve a profile, beside whoever writes', () => {
  const { hold, world } = usePlace()
  const { stateDir } = world().settings
  const listen = () => acquireLock(stateDir, { command: 'listen', nowMs: 0, name: 'listener' })
  const listener = listen()
  hold('backfill').release()
  expect(listen).toThrow(expect.objectContaining({ code: 'LISTENING', exitCode: 11 }))
  listener.release()
  listen().release()
})
