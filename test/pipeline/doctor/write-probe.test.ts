import { describe, expect, it } from 'vitest'
import { diagnose, withoutPersons } from '../../../src/pipeline/doctor/doctor.ts'
import { readNotes } from '../../../src/pipeline/doctor/probes/notes.ts'
import { type Companies, probeByWriting, tidyAfterProbe } from '../../../src/pipeline/doctor/write-probe.ts'
import { connectPlanhat, type PlanhatConnection } from '../../../src/pipeline/run/connect.ts'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import { PROBE_NAMES, type ProbeName } from '../../../src/pipeline/run/tenant-facts.ts'
import { bulkBehaviour } from '../../../src/pipeline/writing/tenant-answers.ts'
import type { Switches } from '../../../src/sandbox/switches.ts'
import { FakeClock } from '../../http/support/fake-clock.ts'
import { type Journey, startJourney } from '../../support/journey.ts'

const SMALL = { sandbox: { calls: 20, endUsers: 40, days: 5 } }
const REQUEST = { engines: '>=22.20', version: 'v24.1.0' }

/** Two companies, the first with somebody who has an e-mail. */
function companiesOf({ sandbox }: Journey): [string, string] {
  const first = [...sandbox.planhat.endUsers.values()].find(
    ({ email, archived }) => email && !archived,
  )?.companyId
  const second = [...sandbox.planhat.companies.keys()].find((id) => id !== first)
  if (first === undefined || second === undefined) throw new Error('the world is too small')
  return [first, second]
}

async function ask(
  switches: Partial<Switches> = {},
  more: { companies?: 1 | 2; world?: (journey: Journey) => void } = {},
) {
  const journey = await startJourney({ sandbox: { ...SMALL.sandbox, switches } })
  more.world?.(journey)
  const [first, second] = companiesOf(journey)
  const before = [...journey.sandbox.planhat.conversations.keys()]
  const companies: Companies = more.companies === 1 ? [first] : [first, second]
  const result = await probeByWriting(journey.world(), companies)
  const said = (name: ProbeName) => result.probes.find((one) => one.name === name)
  const isClean = () =>
    JSON.stringify([...journey.sandbox.planhat.conversations.keys()]) === JSON.stringify(before)
  const behaviour = () =>
    journey.look((store) => bulkBehaviour({ settings: journey.world().settings, store }))
  return { journey, result, said, isClean, behaviour, companies }
}

describe('the write probe', () => {
  it('answers every question of the contract in its order, and leaves nothing behind', async () => {
    const { result, isClean, journey } = await ask({ emailOnlyPersons: 'resolve' })
    expect(Object.fromEntries(result.probes.map(({ name, answer }) => [name, answer]))).toEqual({
      'bulk-matches-external-id': 'company',
      'post-twice': 'refused',
      'type-kept': 'yes',
      'unknown-custom-key': 'stored',
      'custom-field-kept': 'yes',
      'extid-path-with-space': 'yes',
      'contact-id-stored': 'yes',
      'end-user-by-email': 'yes',
      'description-kept': 'yes',
      'html-kept': 'yes',
      'date-kept': 'yes',
      'company-moves': 'yes',
    })
    expect(result.probes.map(({ name }) => name)).toEqual([...PROBE_NAMES])
    expect(result.exitCode).toBe(0)
    expect(isClean()).toBe(true)
    expect(journey.look(readNotes)).toEqual([])
  })

  it.each<[ProbeName, string, Partial<Switches>]>([
    ['bulk-matches-external-id', 'global', { bulkScopedByCompany: false }],
    ['bulk-matches-external-id', 'global', { bulkScopedByCompany: false, companyMoves: false }],
    ['bulk-matches-external-id', 'no', { bulkMatchesExternalId: false }],
    ['bulk-matches-external-id', 'no', { bulkMatchesExternalId: false, postDuplicate: 'duplicate' }],
    ['bulk-matches-external-id', 'company', { errorItems: 'object', listHasExternalId: false }],
    ['post-twice', 'duplicate', { postDuplicate: 'duplicate' }],
    ['type-kept', 'no', { conversationTypes: ['note'] }],
    ['unknown-custom-key', 'dropped', { unknownCustom: 'drop' }],
    ['unknown-custom-key', 'refused', { unknownCustom: 'reject' }],
    ['extid-path-with-space', 'no', { extidSpaces: 'missing' }],
    ['contact-id-stored', 'no', { contactId: 'ignored' }],
    ['end-user-by-email', 'no', { emailOnlyPersons: 'keep' }],
    ['end-user-by-email', 'no', { emailOnlyPersons: 'drop' }],
    ['description-kept', 'no', { maxDescription: 500_000 }],
    ['description-kept', 'no', { maxDescription: 500_000, longDescriptions: 'cut' }],
    ['html-kept', 'no', { markup: 'stripped' }],
    ['date-kept', 'no', { datePrecision: 'seconds' }],
    ['company-moves', 'no', { companyMoves: false }],
  ])('%s: %s on a tenant with %j', async (name, answer, switches) => {
    const { result, said, isClean } = await ask(switches)
    expect(said(name)?.answer).toBe(answer)
    expect(result.exitCode).toBe(0)
    expect(isClean()).toBe(true)
  })

  it.each<Partial<Switches>>([{ unknownCustom: 'drop' }, { unknownCustom: 'reject' }])(
    'custom-field-kept: no where the field does not exist and is not stored (%j)',
    async (switches) => {
      const { said, isClean } = await ask(switches, {
        world: ({ sandbox }) => void sandbox.planhat.customFields.splice(0),
      })
      expect(said('custom-field-kept')?.answer).toBe('no')
      expect(isClean()).toBe(true)
    },
  )

  it('fills a mandatory field that is configured, so that its other questions are answered', async () => {
    const { result } = await ask(
      {},
      {
        world: ({ sandbox }) => {
          for (const field of sandbox.planhat.customFields)
            if (field.name === 'Call Recording') field.isMandatory = true
        },
      },
    )
    expect(result.probes.filter(({ answer }) => answer === 'unknown')).toEqual([])
  })

  it('with one company cannot tell a move, nor global from company: unknown, with the reason, exit 3', async () => {
    const { result, said, behaviour, isClean } = await ask({}, { companies: 1 })
    expect(said('company-moves')).toMatchObject({
      answer: 'unknown',
      detail: expect.stringContaining('--company'),
    })
    expect(said('bulk-matches-external-id')?.answer).toBe('unknown')
    expect(said('post-twice')?.answer).toBe('refused')
    expect(result.exitCode).toBe(3)
    expect(behaviour()).toBe('matches')
    expect(isClean()).toBe(true)
  })

  it('keeps what an earlier round knew and a later one could not find out', async () => {
    const { journey, companies } = await ask()
    await probeByWriting(journey.world(), [companies[0]])
    const { probes } = await diagnose(journey.world(), { ...REQUEST, probeIn: null })
    expect(probes.find(({ name }) => name === 'company-moves')?.answer).toBe('yes')
    expect(probes.find(({ name }) => name === 'bulk-matches-external-id')?.answer).toBe('company')
  })

  it.each<[Partial<Switches>, string]>([
    [{}, 'matches'],
    [{ bulkScopedByCompany: false }, 'matches'],
    [{ bulkMatchesExternalId: false }, 'creates'],
  ])('is what auto upserts go by: %j %s', async (switches, expected) => {
    const { behaviour, journey } = await ask(switches)
    expect(behaviour()).toBe(expected)
    const elsewhere = { ...journey.world().settings, planhatBaseUrl: 'https://api-us2.planhat.com' }
    expect(journey.look((store) => bulkBehaviour({ settings: elsewhere, store }))).toBeNull()
  })

  it('spares an apply the looks into companies, and has it say what Planhat does not store', async () => {
    const looks = async ({ sandbox, backfill }: Journey) => {
      sandbox.log.length = 0
      await backfill({ mode: 'apply' })
      return sandbox.log.filter((one) => one.method === 'GET' && /^\/conversations$/.test(one.path)).length
    }
    const { journey } = await ask({ contactId: 'ignored' })
    const knowing = await looks(journey)
    expect(journey.lines.join('\n')).toContain('CONTACT_NOT_STORED')
    const unasked = await startJourney({ sandbox: { ...SMALL.sandbox, switches: { contactId: 'ignored' } } })
    expect(knowing).toBeLessThan(await looks(unasked))
    expect(unasked.lines.join('\n')).not.toContain('CONTACT_NOT_STORED')
    const records = ({ sandbox }: Journey) =>
      [...sandbox.planhat.conversations.values()].map(({ externalId }) => externalId).toSorted()
    expect(records(journey)).toEqual(records(unasked))
    expect(records(journey).length).toBeGreaterThan(5)
  })

  it('ends with 7 where writing is forbidden, after one request that was refused', async () => {
    const { result, journey, isClean } = await ask({ poison: () => 'permission' })
    expect(result.exitCode).toBe(7)
    expect(result.probes.every(({ answer, detail }) => answer === 'unknown' && detail !== '')).toBe(true)
    expect(journey.sandbox.log.filter(({ method }) => method !== 'GET')).toHaveLength(1)
    expect(isClean()).toBe(true)
  })

  it('names the record that cannot be deleted, writes no other, ends with 3; the next doctor deletes it', async () => {
    const { result, journey, isClean } = await ask({ deleteForbidden: true })
    expect(result.exitCode).toBe(3)
    const left = result.checks.filter(({ status }) => status === 'warning')
    expect(left).toHaveLength(1)
    expect(left[0]?.message).toMatch(
      /^Conversation [0-9a-f]{24} in company .* its deletion was refused \(403\)/,
    )
    expect(journey.sandbox.log.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(isClean()).toBe(false)
    expect(await tidyAfterProbe(journey.world())).toMatchObject([{ status: 'warning' }])
    journey.sandbox.switches.deleteForbidden = false
    expect(await tidyAfterProbe(journey.world())).toMatchObject([{ status: 'ok' }])
    expect(isClean()).toBe(true)
    expect(await tidyAfterProbe(journey.world())).toEqual([])
  })

  it('says of a company that does not exist that Planhat refused it', async () => {
    const journey = await startJourney(SMALL)
    const result = await probeByWriting(journey.world(), ['000000000000000000000000'])
    expect(result.exitCode).toBe(3)
    expect(result.probes[0]).toMatchObject({
      answer: 'unknown',
      detail: expect.stringContaining('companyId'),
    })
  })

  it('without a token is a failure of its check, exit 7', async () => {
    const journey = await startJourney(SMALL)
    const settings = { ...journey.world().settings, credentials: { aircall: null, planhat: null } }
    const result = await probeByWriting(journey.world({ settings }), ['000000000000000000000000'])
    expect(result).toMatchObject({ exitCode: 7, checks: [{ status: 'failure' }] })
  })
})

class Killed extends Error {}

/** A process that dies at its n-th request: nothing is sent after it, and its answer is never seen. */
function dyingAt(
  n: number,
  moment: 'before' | 'after',
): { connect(world: Surroundings): PlanhatConnection; count(): number } {
  let count = 0
  const guard = <T extends object>(client: T): T =>
    new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown
        if (typeof value !== 'function') return value
        const call = (...args: unknown[]): unknown => Reflect.apply(value, target, args)
        if (name === 'conversations') {
          return async function* lists(...args: unknown[]) {
            count += 1
            if (count >= n) throw new Killed()
            yield* call(...args) as AsyncGenerator<unknown>
          }
        }
        return async (...args: unknown[]) => {
          count += 1
          if (count > n || (count === n && moment === 'before')) throw new Killed()
          const answer = await call(...args)
          if (count === n) throw new Killed()
          return answer
        }
      },
    })
  return {
    count: () => count,
    connect: (world) => {
      const { reader, openWriter } = connectPlanhat(world)
      return { reader: guard(reader), openWriter: () => guard(openWriter()) }
    },
  }
}

it.each(['before', 'after'] as const)(
  'a kill %s any request leaves nothing after the next doctor',
  async (moment) => {
    const clock = new FakeClock(SMALL_NOW)
    const journey = await startJourney({ sandbox: { ...SMALL.sandbox, nowMs: SMALL_NOW }, clock })
    const { conversations } = journey.sandbox.planhat
    const companies = companiesOf(journey)
    let isOver = false
    for (let n = 1; !isOver; n += 1) {
      const dying = dyingAt(n, moment)
      try {
        await probeByWriting(journey.world(), companies, dying.connect)
        isOver = true
      } catch (error) {
        expect(error).toBeInstanceOf(Killed)
      }
      await tidyAfterProbe(journey.world())
      expect([...conversations.values()].map(({ subject }) => subject)).toEqual([])
      clock.jump(5 * 60_000)
      await tidyAfterProbe(journey.world())
      expect(journey.look(readNotes)).toEqual([])
      if (isOver) expect(n).toBeGreaterThan(40)
    }
  },
  120_000,
)

const SMALL_NOW = Date.UTC(2026, 5, 1)

it('a stop in the middle takes away what was written before it ends', async () => {
  const journey = await startJourney(SMALL)
  const stop = new AbortController()
  const connect = (world: Surroundings): PlanhatConnection => {
    const { reader, openWriter } = connectPlanhat(world)
    const writer = openWriter()
    let made = 0
    return {
      reader,
      openWriter: () => ({
        ...writer,
        async create(body, signal) {
          const answer = await writer.create(body, signal)
          made += 1
          if (made === 4) stop.abort('SIGINT')
          return answer
        },
      }),
    }
  }
  const world = journey.world({ signal: stop.signal })
  await expect(probeByWriting(world, companiesOf(journey), connect)).rejects.toBe('SIGINT')
  expect(journey.sandbox.log.filter(({ method }) => method === 'DELETE').length).toBeGreaterThan(3)
  expect(journey.sandbox.planhat.conversations.size).toBe(0)
  expect(journey.look(readNotes)).toEqual([])
})

it('a record of which the answer was lost and that comes late is named until it is found', async () => {
  const clock = new FakeClock(SMALL_NOW)
  const journey = await startJourney({ sandbox: { ...SMALL.sandbox, nowMs: SMALL_NOW }, clock })
  const dying = dyingAt(1, 'before')
  await expect(probeByWriting(journey.world(), companiesOf(journey), dying.connect)).rejects.toThrow(Killed)
  expect(await tidyAfterProbe(journey.world())).toMatchObject([
    { status: 'warning', message: expect.stringContaining('may still arrive') },
  ])
  clock.jump(121_000)
  expect(await tidyAfterProbe(journey.world())).toEqual([])
})

describe('a diagnosis with what the probe found', () => {
  it('does not doubt a type that the probe saw kept, and fails one that it saw lost', async () => {
    const { journey } = await ask()
    const type = async () =>
      (await diagnose(journey.world(), { ...REQUEST, probeIn: null })).checks.find(
        ({ name }) => name === 'conversation type',
      )
    expect(await type()).toMatchObject({ status: 'ok' })
    journey.sandbox.switches.conversationTypes = ['note']
    await probeByWriting(journey.world(), companiesOf(journey))
    expect(await type()).toMatchObject({ status: 'failure' })
  })

  it('says what follows for the calls', async () => {
    const { journey } = await ask({ contactId: 'ignored' })
    const { checks } = await diagnose(journey.world(), { ...REQUEST, probeIn: null })
    expect(checks.find(({ name }) => name === 'contacts')?.message).toContain(
      'calls hang on the company alone',
    )
  })

  it('holds no e-mail, no name and no home folder in what is sent on', async () => {
    const { journey, companies } = await ask()
    const diagnosis = await diagnose(journey.world(), { ...REQUEST, probeIn: companies })
    const people = [...journey.sandbox.planhat.users.values(), ...journey.sandbox.planhat.endUsers.values()]
    const text = JSON.stringify(withoutPersons({ ...diagnosis, checks: [...diagnosis.checks, agentCheck] }))
    for (const { email } of people) if (email) expect(text).not.toContain(email)
    expect(text).not.toContain('someone@example.com')
  })
})

const agentCheck = {
  name: 'users',
  status: 'warning' as const,
  message: '1 of 2, such as someone@example.com',
  remedy: 'ask someone@example.com',
  people: 'someone@example.com',
}
