import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { PINNED_NODE } from '../support/started-command.ts'

const RUNTIME = new URL('../../bin/runtime.js', import.meta.url).href

/** Keeps the last objects alive while it makes many, and lets timers run in between, as long work does. */
const PROGRAM = `
import { setImmediate } from 'node:timers/promises'
import { getHeapSpaceStatistics } from 'node:v8'
const { ensureRuntime } = await import(process.argv[1])
if (process.argv[2] === 'bounded') ensureRuntime()
let most = 0
const kept = []
for (let at = 0; at < 4_000_000; at += 1) {
  kept[at % 200_000] = { at, text: 'x' + at, list: [at] }
  if (at % 5_000 === 0) await setImmediate()
  const space = at % 5_000 === 0 && getHeapSpaceStatistics().find((one) => one.space_name === 'new_space')
  if (space) most = Math.max(most, space.space_size)
}
console.log(most / 1024 / 1024)
`

const mostMb = (mode: string) =>
  Number(
    execFileSync(PINNED_NODE, ['--input-type=module', '-e', PROGRAM, RUNTIME, mode], { encoding: 'utf8' }),
  )

it('keeps the space for new objects at 32 MB, or where the size stood when it was seen', {
  timeout: 60_000,
}, () => {
  expect(mostMb('free')).toBeGreaterThan(64)
  expect(mostMb('bounded')).toBeLessThanOrEqual(64)
})
