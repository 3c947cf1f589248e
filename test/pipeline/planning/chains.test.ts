import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DAY, type Journey, startJourney } from '../../support/journey.ts'
import { SANDBOX_NOW_MS } from '../../support/sandbox.ts'
import { conversationsOf, theOne, writesTo } from '../../support/writing.ts'

const NOW = SANDBOX_NOW_MS / 1000
/** The first call lies before it, the second behind it. */
const CUT = NOW - 6 * 3600
const RANGE = { since: NOW - 2 * DAY, until: NOW }
const EARLY = { since: NOW - 2 * DAY, until: CUT }
const LATE = { since: CUT, until: NOW }

/** A call that one agent passed on to another, as the two calls that Aircall makes of it. */
async function transferred(more: object = {}) {
  const journey = await startJourney({
    sandbox: { calls: 0, automation: false, switches: { matureCalls: false } },
    ...more,
  })
  const { aircall, world } = journey.sandbox
  const [ana, ben] = aircall.users
  const raw_digits = world.callers.known[0]?.raw ?? ''
  const first = aircall.addCall({
    raw_digits,
    user: ana ?? null,
    transferred_to: ben,
    started_at: CUT - 200,
    ended_at: CUT - 10,
  })
  const second = aircall.addCall({
    raw_digits,
    user: ben ?? null,
    started_at: CUT + 5,
    answered_at: CUT + 9,
    ended_at: CUT + 90,
  })
  const said = ({ id }: { id: number }) =>
    (theOne(journey, `${id}-cold call`).description ?? '').match(/<p>(?:Trans|Contin).*?<\/p>/gu) ?? []
  const time = (seconds: number) => new Date(seconds * 1000).toISOString()
  const together = [
    [
      `<p>Transferred from ${ana?.name} to ${ben?.name}.</p>`,
      `<p>Continued at ${time(CUT + 5).slice(11, 16)} UTC by ${ben?.name}.</p>`,
    ],
    [
      `<p>Continues the call of ${time(CUT - 200)
        .slice(0, 16)
        .replace('T', ' ')} UTC (${ana?.name}).</p>`,
    ],
  ]
  return { journey, aircall, first, second, both: () => [said(first), said(second)], together, raw_digits }
}

async function isSettled(journey: Journey): Promise<void> {
  const before = writesTo(journey)
  for (const range of [EARLY, LATE, RANGE]) {
    const run = await journey.reconcile({ fix: true, range })
    expect(run.drift).toMatchObject({ changed: 0, edited: 0, missing: 0 })
  }
  expect(writesTo(journey)).toBe(before)
}

describe('a transferred call', () => {
  it('read at once has two records, each of which names the other', async () => {
    const { journey, both, together } = await transferred()
    await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(both()).toEqual(together)
    await isSettled(journey)
  })

  it.each([
    ['the earlier call first', EARLY, LATE],
    ['the later call first', LATE, EARLY],
  ])('read in pieces, %s, says the same in the end, and nothing flips back', async (_, one, other) => {
    const { journey, both, together } = await transferred()
    await journey.backfill({ range: one, mode: 'apply' })
    // Its window has the other call alone: the one of before is taken up again with it.
    await journey.reconcile({ fix: true, range: other })
    expect(both()).toEqual(together)
    await isSettled(journey)
  })

  it('keeps what was written where the state was lost and only one of the two is read again', async () => {
    const { journey, both, together } = await transferred()
    await journey.backfill({ range: RANGE, mode: 'apply' })
    for (const range of [LATE, EARLY]) {
      rmSync(join(journey.folder, 'state'), { recursive: true })
      await journey.pullIndex()
      const run = await journey.reconcile({ fix: true, range })
      expect(run.drift).toMatchObject({ changed: 0, edited: 0 })
      expect(both()).toEqual(together)
    }
    await isSettled(journey)
  })

  it('is told without the other call where two fit', async () => {
    const { journey, aircall, second, raw_digits, both, together } = await transferred()
    await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(both()).toEqual(together)
    aircall.addCall({
      raw_digits,
      user: second.user,
      started_at: CUT + 15,
      answered_at: CUT + 16,
      ended_at: CUT + 60,
    })
    const run = await journey.reconcile({ fix: true, range: RANGE })
    expect(run.drift).toMatchObject({ changed: 2, missing: 1 })
    expect(both()).toEqual([together[0]?.slice(0, 1), []])
    await isSettled(journey)
  })

  it('says nothing of transfers when they are switched off', async () => {
    const config = { conversation: { content: { transfers: false } } }
    const { journey, both } = await transferred({ config })
    await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(both()).toEqual([[], []])
  })
})

describe.each(['earlier', 'later', 'both'] as const)(
  'a made-up world where the %s call says that it was transferred',
  (transferMarks) => {
    it('has chains whose two sides agree, and a second run that writes nothing', async () => {
      const journey = await startJourney({
        sandbox: { calls: 600, automation: false, switches: { transferMarks, matureCalls: false } },
      })
      await journey.backfill({ mode: 'apply' })
      const said = (pattern: RegExp) =>
        conversationsOf(journey).flatMap(({ description }) => pattern.exec(description ?? '')?.[1] ?? [])
      const [continues, continued] = [
        said(/Continues the call of .* (\d\d:\d\d) UTC/u),
        said(/Continued at (\d\d:\d\d) UTC/u),
      ]
      expect(continues.length).toBeGreaterThan(0)
      expect(continued).toHaveLength(continues.length)
      const before = writesTo(journey)
      const again = await journey.reconcile({ fix: true })
      expect(again.drift).toMatchObject({ changed: 0, missing: 0, edited: 0 })
      expect(writesTo(journey)).toBe(before)
    })
  },
)

describe('a note', () => {
  it('that comes late is brought over once, redacted, and with the state lost is still ours', async () => {
    const { journey, aircall, first } = await transferred({ config: { transcripts: { redact: ['card'] } } })
    await journey.backfill({ range: RANGE, mode: 'apply' })
    const comments = [
      { id: 1, content: 'Card 4111 1111 1111 1111\n<ok>', posted_at: NOW - 60, posted_by: first.user },
    ]
    aircall.patchCall(first.id, { comments })
    rmSync(join(journey.folder, 'state'), { recursive: true })
    await journey.pullIndex()
    const run = await journey.reconcile({ fix: true, range: RANGE })
    expect(run.drift).toMatchObject({ changed: 1, edited: 0 })
    expect(theOne(journey, `${first.id}-cold call`).description).toContain(
      `<p><strong>Note by ${first.user?.name}:</strong> Card [card]<br>&lt;ok&gt;</p>`,
    )
    await isSettled(journey)
  })
})
