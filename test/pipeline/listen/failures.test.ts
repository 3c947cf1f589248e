import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readFailures } from '../../../src/review/failures.ts'
import { type Listening, pass, startListening } from '../../support/listening.ts'

const MINUTE = 60_000

async function phoneAndWork(one: Listening): Promise<string> {
  const { id } = one.phone()
  await one.say('call.ended', id)
  await pass(one, 10_000)
  return String(id)
}

function fileOf({ listener }: Listening): string {
  const path = listener.memory.day?.summary.files.failures
  if (!path) throw new Error('no failure was named')
  return path
}

const namedBy = (one: Listening) => readFailures(fileOf(one)).map(({ callId }) => callId)

it("names the failures of a listener's whole day, and no longer what was written since", async () => {
  const one = await startListening()
  one.sandbox.switches.poison = () => 'item'
  const first = await phoneAndWork(one)
  const second = await phoneAndWork(one)
  expect(namedBy(one).toSorted()).toEqual([first, second].toSorted())
  expect(readFailures(fileOf(one))[0]).toMatchObject({ line: null, record: 'call', code: 'PLANHAT_REJECTED' })

  one.sandbox.switches.poison = ({ externalId }) =>
    String(externalId).startsWith(`${second}-`) ? 'item' : null
  await pass(one, 40 * MINUTE)
  expect(one.recordsOf(first)).toHaveLength(1)
  expect(namedBy(one)).toEqual([second])

  one.sandbox.switches.poison = null
  await pass(one, 40 * MINUTE)
  expect(namedBy(one)).toEqual([])
})

it('goes on where a person broke the file', async () => {
  const one = await startListening()
  one.sandbox.switches.poison = () => 'item'
  const first = await phoneAndWork(one)
  writeFileSync(fileOf(one), '\ufeffcall_id;code\r\n"unclosed')
  const second = await phoneAndWork(one)
  expect(namedBy(one)).toContain(second)
  expect(readFileSync(fileOf(one), 'utf8')).not.toContain('unclosed')
  expect(first).not.toBe(second)
})
