import { expect, it } from 'vitest'
import { forgetNumber } from '../../../src/pipeline/phone-index/forget.ts'
import { lookUpNumber } from '../../../src/pipeline/phone-index/lookup.ts'
import { DAY, type Journey, startJourney } from '../../support/journey.ts'
import {
  conversationsOf,
  type ReviewLine,
  readFailures,
  readReview,
  reviewAgain,
} from '../../support/writing.ts'

const SANDBOX = { calls: 240, endUsers: 60 }
const isAmbiguous = ({ reason }: ReviewLine) => reason === 'ambiguous'
const firstOf = ({ candidates }: ReviewLine) => String(candidates?.split(' ')[0])

/** The held rows by number, those with most calls first, as held.csv has them. */
function heldByNumber(lines: readonly ReviewLine[]): [string, ReviewLine[]][] {
  return [...Map.groupBy(lines, (line) => String(line['number']))]
}

async function planHeld(journey: Journey) {
  const plan = await journey.backfill()
  return { plan, held: readReview(plan.files.held) }
}

it('puts the held rows alone into held.csv, the numbers with most calls first, each row with its count', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { plan, held } = await planHeld(journey)
  const wanted = readReview(plan.files.review).filter(({ action }) => action === 'hold')
  expect(held).toHaveLength(wanted.length)
  expect(new Set(held.map(({ row_digest }) => row_digest))).toEqual(
    new Set(wanted.map(({ row_digest }) => row_digest)),
  )
  const counts = held.map(({ calls_of_number }) => Number(calls_of_number))
  expect(counts).toEqual([...counts].sort((a, b) => b - a))
  for (const [, rows] of heldByNumber(held))
    expect(new Set(rows.map((row) => row['calls_of_number']))).toEqual(new Set([String(rows.length)]))
  const proposed = held.filter(({ reason }) => reason === 'proposed')
  for (const line of proposed) expect(line['candidate_names']).toMatch(/^.+ \(.+, .*\d{4}\)$/)
  for (const line of held.filter(isAmbiguous))
    expect(line['candidate_names']?.split('; ')).toHaveLength(line['candidates']?.split(' ').length ?? 0)
})

it('settles every held call of a number by one row that says always, and every later call of it', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { plan, held } = await planHeld(journey)
  const [number, rows] = heldByNumber(held.filter(isAmbiguous)).find(([, same]) => same.length > 1) ?? []
  const [row] = rows ?? []
  if (number === undefined || row === undefined || rows === undefined)
    throw new Error('no number with two calls')
  const isMeant = (line: ReviewLine) => line['row_digest'] === row['row_digest']
  const applied = await journey.apply({
    plan: reviewAgain(
      journey,
      plan,
      (line) => (isMeant(line) ? { ...line, decision: 'always', enduser_id: firstOf(line) } : null),
      'held',
    ),
  })
  expect(applied.applied?.failed).toBe(0)
  const written = new Set(conversationsOf(journey).map(({ externalId }) => externalId?.split('-')[0]))
  expect(written).toEqual(new Set(rows.map((line) => line['call_id'])))
  const endUserId = firstOf(row).split('@')[0]
  for (const one of conversationsOf(journey)) expect(one.endusers?.map(({ id }) => id)).toEqual([endUserId])
  expect(lookUpNumber(journey.world(), { number, country: null }).review).toMatchObject({
    decision: 'always',
    endUserId,
  })
  const later = readReview((await journey.backfill()).files.review).filter(
    (line) => line['number'] === number,
  )
  expect(new Set(later.map(({ action }) => action))).toEqual(new Set(['unchanged']))

  expect(await forgetNumber(journey.world(), { number, country: null })).toMatchObject({ forgotten: true })
  expect(lookUpNumber(journey.world(), { number, country: null }).review).toBeNull()
  const after = readReview((await journey.backfill()).files.held).filter((line) => line['number'] === number)
  expect(after).toHaveLength(rows.length)
})

it("lets a call's own row go before what is said of its number, now and later", async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { plan, held } = await planHeld(journey)
  const [, rows] = heldByNumber(held.filter(isAmbiguous)).find(([, same]) => same.length > 1) ?? []
  const [first, second] = rows ?? []
  const [one, other] = String(first?.['candidates']).split(' ')
  await journey.apply({
    plan: reviewAgain(
      journey,
      plan,
      (line) => {
        if (line['row_digest'] === first?.['row_digest'])
          return { ...line, decision: 'apply', enduser_id: String(other) }
        if (line['row_digest'] === second?.['row_digest'])
          return { ...line, decision: 'always', enduser_id: String(one) }
        return line
      },
      'held',
    ),
  })
  const bearer = (callId: string | undefined) =>
    conversationsOf(journey).find(({ externalId }) => externalId === `${callId}-cold call`)?.endusers?.[0]?.id
  expect(bearer(first?.['call_id'])).toBe(other?.split('@')[0])
  expect(bearer(second?.['call_id'])).toBe(one?.split('@')[0])
  const night = await journey.reconcile({ fix: true })
  expect(night.drift).toMatchObject({ moved: 0, unsupported: 0 })
  expect(bearer(first?.['call_id'])).toBe(other?.split('@')[0])
})

it('writes nothing for a call whose own row was refused, whatever another row says of its number', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { plan, held } = await planHeld(journey)
  const [, rows] = heldByNumber(held.filter(isAmbiguous)).find(([, same]) => same.length > 1) ?? []
  const [first, second] = rows ?? []
  const applied = await journey.apply({
    plan: reviewAgain(
      journey,
      plan,
      (line) => {
        if (line['row_digest'] === first?.['row_digest'])
          return { ...line, decision: 'apply', company_id: '600000000000000000000bad' }
        if (line['row_digest'] === second?.['row_digest'])
          return { ...line, decision: 'always', enduser_id: firstOf(line) }
        return line
      },
      'held',
    ),
  })
  expect(applied.run.exitCode).toBe(3)
  expect(readFailures(applied).map(({ call_id }) => call_id)).toEqual([first?.['call_id']])
  const written = new Set(conversationsOf(journey).map(({ externalId }) => externalId?.split('-')[0]))
  expect(written.has(second?.['call_id'])).toBe(true)
  expect(written.has(first?.['call_id'])).toBe(false)
})

it('says of whom a number is now: a person who changed company, and one who is gone', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { plan, held } = await planHeld(journey)
  const row = held.find(isAmbiguous)
  const number = String(row?.['number'])
  const [endUserId = '', companyId = ''] = firstOf(row as ReviewLine).split('@')
  await journey.apply({
    plan: reviewAgain(
      journey,
      plan,
      (line) =>
        line['row_digest'] === row?.['row_digest']
          ? { ...line, decision: 'always', enduser_id: endUserId }
          : line,
      'held',
    ),
  })
  const endUsers = [...journey.sandbox.planhat.endUsers.values()]
  const person = endUsers.find(({ _id }) => _id === endUserId)
  const other = endUsers.find((one) => one.companyId !== companyId && one.companyName !== undefined)
  Object.assign(person ?? {}, { companyId: other?.companyId, companyName: other?.companyName })
  await journey.pullIndex()
  const look = () => lookUpNumber(journey.world(), { number, country: null })
  expect(look().review).toMatchObject({ endUserId, companyId: other?.companyId, gone: false })
  Object.assign(person ?? {}, { archived: true })
  await journey.pullIndex()
  expect(look().review).toMatchObject({ decision: 'always', endUserId, gone: true })
  expect(look().steps.at(-1)).toMatch(/so the index decides\.$/)
})

it('leaves a row held that names somebody and keeps skip, and says so', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { plan, held } = await planHeld(journey)
  const row = held.find(isAmbiguous)
  const path = reviewAgain(
    journey,
    plan,
    (line) => (line['row_digest'] === row?.['row_digest'] ? { ...line, enduser_id: firstOf(line) } : line),
    'held',
  )
  const applied = await journey.apply({ plan: path })
  expect(applied.warnings).toContainEqual({
    code: 'ROWS_LEFT_HELD',
    message: expect.stringMatching(/^1 held row with an enduser_id .* \(line \d+\)\.$/),
  })
  expect(conversationsOf(journey)).toEqual([])
})

it('skips the calls of a number that is nobody’s from now on, and asks about it no more', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { plan, held } = await planHeld(journey)
  const [number, rows] = heldByNumber(held)[0] ?? []
  await journey.apply({
    plan: reviewAgain(
      journey,
      plan,
      (line) => (line['row_digest'] === rows?.[0]?.['row_digest'] ? { ...line, decision: 'never' } : line),
      'held',
    ),
  })
  const later = await journey.backfill()
  const lines = readReview(later.files.review).filter((line) => line['number'] === number)
  expect(lines).toHaveLength(rows?.length ?? 0)
  for (const line of lines)
    expect(line).toMatchObject({ decision: 'skip', action: 'skip', reason: 'declined' })
  expect(later.records.hold).toBe(plan.records.hold - (rows?.length ?? 0))
  expect(later.calls.buckets).toEqual(plan.calls.buckets)
  const night = await journey.reconcile()
  expect(night.records.hold).toBe(later.records.hold)
  expect(readReview(night.files.held).some((line) => line['number'] === number)).toBe(false)
})

it('refuses rows that say different things of one number, and does the others', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { plan, held } = await planHeld(journey)
  const [, rows] = heldByNumber(held.filter(isAmbiguous)).find(([, same]) => same.length > 1) ?? []
  const digests = rows?.slice(0, 2).map((row) => row['row_digest']) ?? []
  const path = reviewAgain(
    journey,
    plan,
    (line) => {
      if (line['row_digest'] === digests[0]) return { ...line, decision: 'never' }
      if (line['row_digest'] === digests[1]) return { ...line, decision: 'always', enduser_id: firstOf(line) }
      return line
    },
    'held',
  )
  const applied = await journey.apply({ plan: path })
  expect(applied.run.exitCode).toBe(3)
  expect(readFailures(applied).map(({ code }) => code)).toEqual(['NUMBER_TWICE', 'NUMBER_TWICE'])
  expect(conversationsOf(journey)).toEqual([])
})

it('gives the held rows of a night, which apply takes like those of a plan', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const until = Math.floor(journey.clock.nowMs() / 1000)
  const night = await journey.reconcile({ range: { since: until - 61 * DAY, until } })
  const held = readReview(night.files.held)
  expect(held).toHaveLength(night.records.hold)
  expect(night.files.review).toBe('')
  expect(night.files.drift).toMatch(/drift\.csv$/)
  const settled = await journey.apply({
    plan: reviewAgain(
      journey,
      night,
      (line) => (isAmbiguous(line) ? { ...line, decision: 'apply', enduser_id: firstOf(line) } : line),
      'held',
    ),
  })
  const calls = new Set(held.filter(isAmbiguous).map(({ call_id }) => call_id))
  expect(settled.applied?.failed).toBe(0)
  expect(new Set(conversationsOf(journey).map(({ externalId }) => externalId?.split('-')[0]))).toEqual(calls)
})
