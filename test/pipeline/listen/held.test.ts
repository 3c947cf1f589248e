import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readReviewCsv } from '../../../src/review/read.ts'
import { type Listening, pass, startListening } from '../../support/listening.ts'

const STRANGERS = ['+12025550171', '+12025550172'] as const

async function phoneAs(one: Listening, number: string): Promise<number> {
  const { id } = one.phone({ raw_digits: number })
  await one.say('call.ended', id)
  await pass(one, 10_000)
  return id
}

function liveEndUser({ sandbox }: Listening): string {
  return String([...sandbox.planhat.endUsers.values()].find(({ archived }) => !archived)?._id)
}

async function heldOf({ listener }: Listening): Promise<string[][]> {
  const rows: string[][] = []
  for await (const { cells } of readReviewCsv(listener.memory.day?.summary.files.held ?? ''))
    rows.push([cells.number, cells.calls_of_number])
  return rows.filter(([number]) => STRANGERS.some((stranger) => stranger === number))
}

it('counts the held calls of a number as they come, and has the numbers with most calls first', async () => {
  const one = await startListening()
  const [seldom, often] = STRANGERS
  await phoneAs(one, seldom)
  await phoneAs(one, often)
  expect(await heldOf(one)).toEqual([
    [seldom, '1'],
    [often, '1'],
  ])
  await phoneAs(one, often)
  expect(await heldOf(one)).toEqual([
    [often, '2'],
    [often, '2'],
    [seldom, '1'],
  ])
})

it('counts those that are left when one of them is settled', async () => {
  const one = await startListening()
  const [stranger] = STRANGERS
  const first = await phoneAs(one, stranger)
  await phoneAs(one, stranger)
  expect(await heldOf(one)).toEqual([
    [stranger, '2'],
    [stranger, '2'],
  ])
  const held = one.listener.memory.day?.summary.files.held ?? ''
  const review = join(one.folder, 'review.csv')
  writeFileSync(review, settle(readFileSync(held, 'utf8'), stranger, liveEndUser(one)))
  const { applied } = await one.apply({ plan: review })
  expect(applied).toMatchObject({ created: 1 })
  await one.say('call.ended', first)
  await pass(one, 10_000)
  expect(await heldOf(one)).toEqual([[stranger, '1']])
})

it('takes a review that was begun before a further call of its number came', async () => {
  const one = await startListening()
  const [stranger] = STRANGERS
  await phoneAs(one, stranger)
  const held = one.listener.memory.day?.summary.files.held ?? ''
  const review = join(one.folder, 'in-hand.csv')
  writeFileSync(review, settle(readFileSync(held, 'utf8'), stranger, liveEndUser(one)))
  await phoneAs(one, stranger)
  const { applied } = await one.apply({ plan: review })
  expect(applied).toMatchObject({ created: 1, failed: 0 })
})

/** The row of this number, decided for an End User. */
function settle(csv: string, number: string, endUserId: string): string {
  const [head = '', ...rows] = csv.trimEnd().split('\r\n')
  const columns = head.replace('\ufeff', '').split(',')
  const row = rows.find((line) => line.includes(number))?.split(',') ?? []
  row[columns.indexOf('decision')] = 'apply'
  row[columns.indexOf('enduser_id')] = endUserId
  return `${head}\r\n${row.join(',')}\r\n`
}
