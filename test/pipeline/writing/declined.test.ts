import { expect, it } from 'vitest'
import { DAY, type Journey, startJourney } from '../../support/journey.ts'
import {
  conversationsOf,
  type ReviewLine,
  readFailures,
  readReview,
  reviewAgain,
  undo,
  writesTo,
} from '../../support/writing.ts'

const SANDBOX = { calls: 80, endUsers: 40 }
const isPreset = ({ decision }: ReviewLine) => decision === 'apply'
const skip = (line: ReviewLine): ReviewLine => ({ ...line, decision: 'skip' })
const want = (line: ReviewLine): ReviewLine => ({ ...line, decision: 'apply' })

/** A plan of which a reviewer skips the first calls with all of their records, applied. */
async function skipSome(journey: Journey, count: number) {
  const plan = await journey.backfill()
  const calls = [
    ...new Set(
      readReview(plan.files.review)
        .filter(isPreset)
        .map((line) => line['call_id']),
    ),
  ]
  const skipped = new Set(calls.slice(0, count))
  const path = reviewAgain(journey, plan, (line) =>
    isPreset(line) && skipped.has(line['call_id']) ? skip(line) : line,
  )
  const applied = await journey.apply({ plan: path })
  const ids = readReview(path)
    .filter((line) => skipped.has(line['call_id']))
    .map((line) => String(line['external_id']))
  return { plan, path, applied, ids }
}

const held = (journey: Journey) => new Set(conversationsOf(journey).map(({ externalId }) => externalId))

it('keeps a skipped record out of every later plan and every night, and shows it as declined', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { ids } = await skipSome(journey, 5)
  expect(ids.length).toBeGreaterThanOrEqual(5)
  const writes = writesTo(journey)
  const until = Math.floor(journey.clock.nowMs() / 1000)
  const nights = [
    await journey.reconcile({ fix: true }),
    await journey.reconcile({ fix: true, range: { since: until - 7 * DAY, until } }),
  ]
  expect(writesTo(journey)).toBe(writes)
  for (const { drift } of nights) expect(drift).toMatchObject({ missing: 0, deleted: 0 })
  const later = await journey.backfill()
  const lines = readReview(later.files.review).filter(({ external_id }) => ids.includes(String(external_id)))
  expect(lines).toHaveLength(ids.length)
  for (const line of lines) {
    expect(line).toMatchObject({ decision: 'skip', action: 'skip', reason: 'declined' })
    expect(line['enduser_id'] || line['company_id']).not.toBe('')
    expect(line['excerpt']).not.toBe('')
  }
  expect(nights[0]?.records.skip).toBe(later.records.skip)
  expect(later.records.create).toBe(0)
})

it('writes a declined record once a reviewer sets it to apply where it is shown as declined', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { ids } = await skipSome(journey, 3)
  const later = await journey.backfill()
  const isMeant = ({ external_id }: ReviewLine) => external_id === ids[0]
  const applied = await journey.apply({
    plan: reviewAgain(journey, later, (line) => (isMeant(line) ? want(line) : line)),
  })
  expect(journey.lines).toContainEqual(
    expect.stringMatching(/^This run writes 1 record \(1 create, 0 update\)/),
  )
  expect(applied.applied).toMatchObject({ created: 1, failed: 0 })
  expect(held(journey)).toContain(ids[0])
  const last = readReview((await journey.backfill()).files.review)
  expect(last.find(isMeant)).toMatchObject({ action: 'unchanged', reason: 'matched' })
  for (const id of ids.slice(1)) expect(held(journey)).not.toContain(id)
})

it('takes a deleted row for no word', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const plan = await journey.backfill()
  await journey.apply({ plan: reviewAgain(journey, plan, (line, at) => (at < 20 ? null : line)) })
  const night = await journey.reconcile({ fix: true })
  expect(night.drift?.missing).toBeGreaterThan(0)
  expect((await journey.reconcile()).drift?.missing).toBe(0)
})

it('keeps away what an undo took back, created and updated, until a person wants it again', async () => {
  const journey = await startJourney({ sandbox: { ...SANDBOX, automation: 0.5 } })
  const run = await journey.backfill({ mode: 'apply' })
  expect(run.applied?.updated).toBeGreaterThan(5)
  await undo(journey, run.run.id)
  const writes = writesTo(journey)
  const night = await journey.reconcile({ fix: true, exitCode: true })
  expect(writesTo(journey)).toBe(writes)
  expect(night.drift).toMatchObject({ missing: 0, changed: 0, moved: 0 })
  expect(night.run.exitCode).toBe(0)
  const later = await journey.backfill()
  expect(later.records).toMatchObject({ create: 0, update: 0 })
  const declined = readReview(later.files.review).filter(({ reason }) => reason === 'declined')
  expect(declined).toHaveLength((run.applied?.created ?? 0) + (run.applied?.updated ?? 0))
})

it('does not let an older file bring back what was taken back since, and says so', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const plan = await journey.backfill()
  const first = await journey.apply({ plan: plan.files.review })
  await undo(journey, first.run.id)
  const again = await journey.apply({ plan: plan.files.review })
  expect(again.applied).toMatchObject({ created: 0, failed: first.applied?.created })
  expect(again.run.exitCode).toBe(3)
  expect(new Set(readFailures(again).map(({ code }) => code))).toEqual(new Set(['DECLINED']))
  expect(conversationsOf(journey)).toEqual([])
})

it('does not let an older file take back what was wanted since', async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const { ids, path } = await skipSome(journey, 2)
  const later = await journey.backfill()
  await journey.apply({ plan: reviewAgain(journey, later, want) }).catch(() => undefined)
  for (const id of ids) expect(held(journey)).toContain(id)
  await journey.apply({ plan: path })
  const lines = readReview((await journey.backfill()).files.review)
  expect(lines.filter(({ reason }) => reason === 'declined')).toEqual([])
})

it("keeps a skipped call's transcript away too, a night later, and writes one that was wanted alone", async () => {
  const journey = await startJourney({ sandbox: SANDBOX })
  const plan = await journey.backfill({ transcripts: false })
  await journey.apply({ plan: reviewAgain(journey, plan, (line) => (isPreset(line) ? skip(line) : line)) })
  const night = await journey.reconcile({ fix: true })
  expect(conversationsOf(journey)).toEqual([])
  expect(night.drift?.missing).toBe(0)

  const other = await startJourney({ sandbox: SANDBOX })
  const whole = await other.backfill()
  const texts = await other.apply({
    plan: reviewAgain(other, whole, (line) =>
      isPreset(line) && line['record'] === 'call' ? skip(line) : line,
    ),
  })
  expect(texts.applied?.failed).toBe(0)
  expect(texts.applied?.created).toBeGreaterThan(3)
  expect(conversationsOf(other).every(({ externalId }) => externalId?.endsWith('-transcript'))).toBe(true)
})

it('lifts the word of an undo that is itself undone', async () => {
  const journey = await startJourney({ sandbox: { ...SANDBOX, automation: 1 } })
  const run = await journey.backfill({ mode: 'apply' })
  const back = await undo(journey, run.run.id)
  expect(back.applied?.updated).toBeGreaterThan(3)
  await undo(journey, back.run.id)
  const lines = readReview((await journey.backfill()).files.review)
  const updated = lines.filter(({ action, reason }) => action === 'skip' && reason === 'declined')
  expect(updated).toHaveLength(back.applied?.deleted ?? 0)
})
