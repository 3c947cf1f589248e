import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { erase } from '../../../src/pipeline/erase/erase.ts'
import { startListening } from '../../support/listening.ts'

function everyByte(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

it('does not bring back what an erasure took out of the summary of its day', async () => {
  const one = await startListening()
  const { id, raw_digits: number } = one.phone()
  const isIts = ({ path }: { path: string }) => path === `/v1/calls/${id}/transcription`
  for (let n = 0; n < 20; n += 1) one.sandbox.faults.order('5xx', isIts)
  await one.say('call.ended', id)
  await one.say('transcription.created', id)
  one.clock.jump(3_000)
  await one.worker.settle()
  expect(JSON.stringify(one.listener.memory.day?.summary.warnings)).toContain(`${id}`)

  await erase(one.world(), { person: `${number}`, maxDeletes: 100, yes: true })
  const other = one.phone()
  await one.say('call.ended', other.id)
  one.clock.jump(3_000)
  await one.worker.settle()
  expect(one.recordsOf(other.id)).toHaveLength(1)
  // The random end of a run's id may stand right before the id of another call and make it look like this one.
  expect(everyByte(join(one.folder, 'state'))).not.toMatch(new RegExp(`(?<!\\d)${id}`))
})
