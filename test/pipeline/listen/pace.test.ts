import { expect, it } from 'vitest'
import { startListening } from '../../support/listening.ts'

const PER_MINUTE = 30

/** The most requests of one API in any minute. */
function busiestMinute(log: readonly { readonly api: string; readonly atMs: number }[], api: string): number {
  const times = log.filter((one) => one.api === api).map(({ atMs }) => atMs)
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length))
}

it('keeps to the limits of the profile while a listener and other commands take turns', async () => {
  const limits = { aircallPerMinute: PER_MINUTE, planhatPerMinute: PER_MINUTE }
  const one = await startListening({ config: { limits } })
  for (let turn = 0; turn < 4; turn += 1) {
    const { id } = one.phone()
    await one.say('call.ended', id)
    one.clock.jump(4_000)
    await one.worker.settle()
    await one.reconcile({ fix: true })
    await one.say('call.tagged', id)
    one.clock.jump(46_000)
    await one.worker.settle()
    await one.pullIndex()
  }
  const { log } = one.sandbox
  expect(log.length).toBeGreaterThan(60)
  expect(busiestMinute(log, 'aircall')).toBeLessThanOrEqual(PER_MINUTE)
  expect(busiestMinute(log, 'planhat')).toBeLessThanOrEqual(PER_MINUTE)
})
