import { describe, expect, it } from 'vitest'
import { type Listening, pass, startListening } from '../../support/listening.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

const drift = async (one: Listening) => {
  const until = Math.ceil(one.clock.nowMs() / 1000)
  const found = await one.reconcile({ range: { since: 0, until } })
  return { missing: found.drift?.missing, changed: found.drift?.changed, moved: found.drift?.moved }
}
const NONE = { missing: 0, changed: 0, moved: 0 }

const describedOf = (one: Listening, id: number) =>
  one.recordsOf(id).find(({ externalId }) => externalId === `${id}-cold call`)?.description ?? ''

describe('an insight', () => {
  const config = { conversation: { content: { insights: ['summary'], insightsMinTalkSeconds: 0 } } }
  const SUMMARY = 'Wants the offer by Friday.'

  it('is in the record after its event, by one request for it', async () => {
    const one = await startListening({ config, options: { catchUpMs: 0 } })
    const { id } = one.phone()
    one.sandbox.aircall.insights.put(id, 'summary', { message: 'Not Found' }, 404)
    await one.say('call.ended', id)
    await pass(one, 5 * SECOND)
    expect(describedOf(one, id)).not.toBe('')
    one.sandbox.aircall.insights.put(id, 'summary', { summary: { id, call_id: id, content: SUMMARY } })
    await one.say('summary.created', id)
    const sent = await one.counting(() => pass(one, 90 * SECOND))
    expect(sent.aircall.filter((text) => text.endsWith(`/calls/${id}/summary`))).toHaveLength(1)
    expect(describedOf(one, id)).toContain(SUMMARY)
    expect(await drift(one)).toEqual(NONE)
  })

  it('that is switched off is not asked for, whatever event comes', async () => {
    const one = await startListening({ options: { catchUpMs: 0 } })
    const { id } = one.phone()
    await one.say('call.ended', id)
    await one.say('summary.created', id)
    const sent = await one.counting(() => pass(one, 90 * SECOND))
    expect(sent.aircall.filter((text) => text.includes('summary'))).toEqual([])
    expect(describedOf(one, id)).not.toBe('')
  })

  it('that its event announces and Aircall does not have yet is asked for again', async () => {
    const one = await startListening({ config, options: { catchUpMs: 0 } })
    const { id } = one.phone()
    one.sandbox.aircall.insights.put(id, 'summary', { message: 'Not Found' }, 404)
    await one.say('summary.created', id)
    await pass(one, 50 * SECOND)
    expect(describedOf(one, id)).not.toContain(SUMMARY)
    one.sandbox.aircall.insights.put(id, 'summary', { summary: { id, call_id: id, content: SUMMARY } })
    await pass(one, MINUTE)
    expect(describedOf(one, id)).toContain(SUMMARY)
  })
})

describe('a call that a colleague goes on with', () => {
  /** The second begins as the first ends, with the agent to whom it was passed on. */
  async function passOn() {
    const one = await startListening({ options: { catchUpMs: 0 } })
    const [anna, ben] = one.sandbox.aircall.users
    if (anna === undefined || ben === undefined) throw new Error('nobody is there to pass a call on to')
    const first = one.phone({ user: anna, transferred_to: ben })
    const startedAt = (first.ended_at ?? 0) + 5
    const second = one.phone({
      raw_digits: first.raw_digits,
      user: ben,
      started_at: startedAt,
      answered_at: startedAt + 2,
      ended_at: startedAt + 20,
    })
    return { one, first, second }
  }

  it.each(['in order', 'the other way round'])(
    'names it and is named by it, where events come %s',
    async (order) => {
      const { one, first, second } = await passOn()
      const ids = order === 'in order' ? [first.id, second.id] : [second.id, first.id]
      for (const id of ids) {
        await one.say('call.ended', id)
        await pass(one, 10 * SECOND)
      }
      await pass(one, MINUTE)
      expect(describedOf(one, first.id)).toMatch(/Continued at \d/)
      expect(describedOf(one, second.id)).toMatch(/Continues the call of \d/)
      expect(await drift(one)).toEqual(NONE)
    },
  )
})
