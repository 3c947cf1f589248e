import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/pipeline/doctor/doctor.ts'
import { pullIndex } from '../../../src/pipeline/phone-index/build.ts'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import { isSameTenant, nameTenant } from '../../../src/pipeline/run/tenant-pin.ts'
import { type Journey, type JourneyOptions, startJourney } from '../../support/journey.ts'
import { useSandbox } from '../../support/sandbox.ts'

const SMALL = { calls: 30, endUsers: 40, days: 5 }

/** The same sandbox under another address, as new credentials of the same accounts are. */
function renewed(journey: Journey): Partial<Surroundings> {
  const settings = journey.world().settings
  const localhost = (url: string) => url.replace('127.0.0.1', 'localhost')
  return {
    settings: {
      ...settings,
      aircallBaseUrl: localhost(settings.aircallBaseUrl),
      planhatBaseUrl: localhost(settings.planhatBaseUrl),
    },
  }
}

/** The same Aircall, and the Planhat of somebody else. */
async function otherPlanhat(journey: Journey): Promise<Partial<Surroundings>> {
  const sandbox = await useSandbox({ ...SMALL, seed: 99, clock: journey.clock })
  return { settings: { ...journey.world().settings, planhatBaseUrl: sandbox.url } }
}

const start = (more: JourneyOptions = {}) => startJourney({ ...more, sandbox: { ...SMALL, ...more.sandbox } })

const asked = ({ sandbox }: Journey, path: string) => sandbox.log.filter((one) => one.path === path).length

describe('the account of a state', () => {
  it('costs one Aircall request in the first run, and none where the credentials are those of the last', async () => {
    const journey = await start()
    await journey.backfill()
    expect(asked(journey, '/v1/company')).toBe(1)
    const users = asked(journey, '/users')
    await journey.backfill()
    expect(asked(journey, '/v1/company')).toBe(1)
    expect(asked(journey, '/users')).toBe(2 * users)
  })

  it('is the same after new credentials of the same account: the run goes on, at one request a side', async () => {
    const journey = await start()
    await journey.backfill()
    journey.sandbox.log.length = 0
    await journey.backfill({}, renewed(journey))
    expect([asked(journey, '/v1/company'), asked(journey, '/users')]).toEqual([1, 2])
    expect(journey.lines.join('\n')).not.toContain('TENANT')
    journey.sandbox.log.length = 0
    await journey.backfill({}, renewed(journey))
    expect([asked(journey, '/v1/company'), asked(journey, '/users')]).toEqual([0, 1])
  })

  it('is another where Planhat has other users: refused before anything is read, with both names', async () => {
    const journey = await start()
    await journey.backfill()
    const elsewhere = await otherPlanhat(journey)
    await expect(journey.backfill({}, elsewhere)).rejects.toMatchObject({
      code: 'GUARD_TENANT_CHANGE',
      exitCode: 6,
      message: expect.stringMatching(
        /lead to ".+ users\)"; the last run of this state was with ".+ users\)"/,
      ),
    })
    await expect(pullIndex(journey.world(elsewhere))).rejects.toMatchObject({ code: 'GUARD_TENANT_CHANGE' })
    const { checks } = await diagnose(journey.world(elsewhere), {
      engines: '>=22',
      version: 'v24.0.0',
      probeIn: null,
    })
    expect(checks.find(({ name }) => name === 'planhat account')).toMatchObject({ status: 'warning' })
  })

  it('is changed by --allow tenant-change, once', async () => {
    const journey = await start()
    await journey.backfill()
    const elsewhere = await otherPlanhat(journey)
    await journey.backfill({}, { ...elsewhere, allow: new Set(['tenant-change']) })
    expect(journey.lines.join('\n')).toContain('TENANT_CHANGED')
    await journey.backfill({}, elsewhere)
    await expect(journey.backfill()).rejects.toMatchObject({ code: 'GUARD_TENANT_CHANGE' })
  })

  it('is another where Aircall names another company', async () => {
    const journey = await start()
    await journey.backfill()
    journey.sandbox.switches.accountName = 'Another Ltd'
    await journey.backfill()
    await expect(journey.backfill({}, renewed(journey))).rejects.toMatchObject({
      code: 'GUARD_TENANT_CHANGE',
      message: expect.stringContaining('"Another Ltd"'),
    })
  })

  it('of which nothing can be read passes with a warning', async () => {
    const journey = await start()
    await journey.backfill()
    journey.sandbox.switches.forbiddenPaths = ['/users']
    await journey.backfill({}, renewed(journey))
    expect(journey.lines.join('\n')).toContain('TENANT_UNCHECKED')
  })

  it('keeps what the write probe learnt under a new token of the same tenant', async () => {
    const journey = await start()
    await journey.backfill()
    const [first = ''] = journey.sandbox.planhat.companies.keys()
    const request = { engines: '>=22', version: 'v24.0.0' }
    await diagnose(journey.world(), { ...request, probeIn: [first] })
    expect((await diagnose(journey.world(renewed(journey)), { ...request, probeIn: null })).probes).toEqual(
      [],
    )
    await journey.backfill({}, renewed(journey))
    const { probes } = await diagnose(journey.world(renewed(journey)), { ...request, probeIn: null })
    expect(probes.find(({ name }) => name === 'post-twice')?.answer).toBe('refused')
  })
})

describe('a tenant', () => {
  const users = (...ids: string[]) => ids.map((id) => ({ id, email: `${id}@acme.example`, name: null }))

  it('is the same while half of the smaller list of users is in both', () => {
    expect(isSameTenant(users('a', 'b'), users('b', 'c'))).toBe(true)
    expect(isSameTenant(users('a'), users('a', 'b', 'c', 'd'))).toBe(true)
    expect(isSameTenant(users('a', 'b', 'c'), users('c', 'd', 'e'))).toBe(false)
  })

  it('is named by the domain of most users', () => {
    const mixed = [...users('a', 'b'), { id: 'c', email: 'c@partner.example', name: null }]
    expect(nameTenant(mixed)).toBe('acme.example (3 users)')
    expect(nameTenant([{ id: 'a', email: null, name: null }])).toBe('a tenant of 1 user')
  })
})
