import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Journey, startJourney } from '../../support/journey.ts'
import { conversationsOf, writesTo } from '../../support/writing.ts'

const WORLD = { calls: 120, endUsers: 60 }

/** Each guard: how it comes to trip, and the number and limit that it must name. */
interface Case {
  readonly guard: string
  readonly config?: Record<string, unknown>
  readonly spoil?: (journey: Journey) => Promise<void> | void
  readonly says: RegExp
}

/** A first run that went well, so that there is something to compare with. */
async function runWell(journey: Journey): Promise<void> {
  await journey.backfill({ transcripts: false })
}

const CASES: Case[] = [
  {
    guard: 'max-changes',
    config: { guards: { maxChanges: 10 } },
    says: /changes \d\d+ records; guards\.maxChanges allows 10\./,
  },
  {
    guard: 'match-rate',
    config: { guards: { minMatchRate: 0.99 } },
    says: /% of \d+ calls match; guards\.minMatchRate asks for 99%\./,
  },
  {
    guard: 'one-end-user',
    config: { guards: { maxShareOfOneEndUser: 0.001 } },
    says: /End User \w+ takes \d+ of \d+ matched calls \([\d.]+%\); guards\.maxShareOfOneEndUser allows 0\.1%/,
  },
  {
    guard: 'match-rate-drop',
    async spoil(journey) {
      await runWell(journey)
      const { endUsers } = journey.sandbox.planhat
      for (const [id, one] of endUsers) endUsers.set(id, { ...one, phone: '', custom: {} })
      for (const [id, one] of [...endUsers].slice(0, 4))
        endUsers.set(id, { ...one, phone: '+1 202-555-0100' })
      await journey.pullIndex()
    },
    says: /0% of \d+ calls match; the last run matched [\d.]+%, half of which is the limit/,
  },
  {
    guard: 'index-shrink',
    async spoil(journey) {
      await runWell(journey)
      const { endUsers } = journey.sandbox.planhat
      for (const id of [...endUsers.keys()].slice(0, 40)) endUsers.delete(id)
      await shrinkIndex(journey)
    },
    says: /The index holds \d+ End Users; the last run had \d+, and at least \d+ are expected/,
  },
  {
    guard: 'empty-source',
    async spoil(journey) {
      await journey.backfill({ mode: 'apply', transcripts: false, limit: 3 })
      journey.sandbox.planhat.conversations.clear()
    },
    says: /Planhat returned nothing where it returned \d+ before; an empty answer is an outage/,
  },
]

async function shrinkIndex(journey: Journey): Promise<void> {
  const { pullIndex } = await import('../../../src/pipeline/phone-index/build.ts')
  await pullIndex(journey.world({ allow: new Set(['index-shrink']) }))
}

describe.each(CASES)('the guard $guard', ({ guard, config = {}, spoil, says }) => {
  const code = `GUARD_${guard.toUpperCase().replaceAll('-', '_')}`

  it('warns in a plan and refuses a write by backfill and apply, however often, until --allow names it', async () => {
    const journey = await startJourney({ sandbox: WORLD, config })
    await spoil?.(journey)
    const writes = writesTo(journey)
    const refusal = {
      code,
      exitCode: 6,
      message: expect.stringMatching(says),
      suggestions: expect.arrayContaining([expect.stringContaining(`--allow ${guard}`)]),
    }
    const plan = await journey.backfill({ transcripts: false })
    expect(plan.run.exitCode).toBe(0)
    expect(plan.warnings.map((one) => one.code)).toContain(code)
    for (let tries = 0; tries < 2; tries += 1) {
      await expect(journey.backfill({ mode: 'apply', transcripts: false })).rejects.toMatchObject(refusal)
      if (guard === 'match-rate-drop') continue
      await expect(journey.apply({ plan: plan.run.id })).rejects.toMatchObject(refusal)
    }
    expect(writesTo(journey)).toBe(writes)
    // What an outage brings about trips with it.
    const allow = new Set([guard, 'match-rate-drop'])
    const allowed = await journey.backfill({ mode: 'apply', transcripts: false }, { allow })
    expect(allowed.run.exitCode).toBe(0)
    if (guard !== 'match-rate-drop') expect(conversationsOf(journey).length).toBeGreaterThan(0)
  })
})

describe('guards', () => {
  it('leave a summary behind that says which one tripped', async () => {
    const journey = await startJourney({ sandbox: WORLD, config: { guards: { maxChanges: 1 } } })
    await expect(journey.backfill({ mode: 'apply', transcripts: false })).rejects.toThrow(
      '--allow max-changes',
    )
    const runs = join(journey.world().settings.stateDir, 'runs')
    const [run = ''] = readdirSync(runs)
    expect(readdirSync(join(runs, run))).toContain('summary.json')
    expect(journey.look((store) => store.runs.list(1)[0]?.summary)).toMatchObject({
      run: { exitCode: 6 },
      error: { code: 'GUARD_MAX_CHANGES' },
    })
  })

  it('count what is approved, not what was planned', async () => {
    const journey = await startJourney({ sandbox: WORLD, config: { guards: { maxChanges: 10 } } })
    const plan = await journey.backfill({ transcripts: false })
    const applied = await journey.apply({ plan: plan.run.id, limit: 10 })
    expect(applied.applied).toMatchObject({ created: 10 })
  })
})
