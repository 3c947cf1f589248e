import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import { loadSettings } from '../../../src/config/settings.ts'
import { CUSTOM_SOURCES, type CustomSource } from '../../../src/content-settings.ts'
import { checkSkew } from '../../../src/pipeline/doctor/check.ts'
import { checkCustomFields, checkMandatoryFields } from '../../../src/pipeline/doctor/custom-fields.ts'
import { type DoctorRequest, diagnose } from '../../../src/pipeline/doctor/doctor.ts'
import { checkVersion } from '../../../src/pipeline/doctor/machine.ts'
import { collectOwnNumbers } from '../../../src/pipeline/planning/matcher.ts'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import type { CustomField } from '../../../src/planhat/tenant.ts'
import { type Journey, startJourney } from '../../support/journey.ts'

const SMALL = { sandbox: { calls: 200, endUsers: 60, days: 20 } }
const REQUEST: DoctorRequest = { engines: '>=22.20', version: 'v24.1.0', probeIn: null }

async function look(journey: Journey, more: Partial<DoctorRequest> = {}, world: Partial<Surroundings> = {}) {
  const { checks, ok } = await diagnose(journey.world(world), { ...REQUEST, ...more })
  const find = (name: string) => checks.find((check) => check.name === name)
  return { checks, ok, find, names: checks.map(({ name }) => name) }
}

function settingsWith(journey: Journey, over: Partial<Surroundings['settings']>): Partial<Surroundings> {
  return { settings: { ...journey.world().settings, ...over } }
}

describe('a diagnosis', () => {
  it('finds nothing wrong with a sound account, and writes nothing anywhere', async () => {
    const journey = await startJourney(SMALL)
    await journey.backfill()
    journey.sandbox.log.length = 0
    const { ok, checks, find } = await look(journey)
    expect(checks.filter(({ status }) => status === 'failure')).toEqual([])
    expect(ok).toBe(true)
    expect(find('aircall transcripts')).toMatchObject({ status: 'ok' })
    expect(find('index')?.message).toContain('End Users')
    const asked = journey.sandbox.log
    expect(asked.filter(({ method }) => method !== 'GET')).toEqual([])
    expect(asked.filter(({ path }) => path.includes('transcription'))).toHaveLength(1)
  })

  it('makes no state folder where there is none, and says that the index is missing', async () => {
    const journey = await startJourney(SMALL)
    const stateDir = join(journey.folder, 'elsewhere', 'state')
    const { ok, find } = await look(journey, {}, settingsWith(journey, { stateDir }))
    expect(existsSync(stateDir)).toBe(false)
    expect(find('index')).toMatchObject({ status: 'failure', remedy: 'aircall-sync index pull' })
    expect(ok).toBe(false)
  })

  it('warns where a webhook of the account feeds the live automation, without showing its token', async () => {
    const journey = await startJourney(SMALL)
    expect((await look(journey)).find('aircall webhooks')).toMatchObject({ status: 'ok' })
    const webhook = journey.sandbox.webhooks.add('https://hooks.planhat.com/automations/1')
    const { find, ok } = await look(journey)
    expect(find('aircall webhooks')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(webhook.webhook_id),
      remedy: expect.stringContaining('--grace'),
    })
    expect(JSON.stringify(find('aircall webhooks'))).not.toContain(webhook.token)
    expect(ok).toBe(true)
  })

  it('names a line in another form, of which a run warns, and knows the others', async () => {
    const journey = await startJourney(SMALL)
    const { numbers } = journey.sandbox.aircall
    await journey.backfill()
    const known = journey.look(
      (store) => collectOwnNumbers({ store, settings: journey.world().settings }).numbers,
    )
    numbers.splice(1, 1, { ...numbers[1], digits: 12 } as never)
    const { find } = await look(journey)
    expect(find('aircall lines')).toMatchObject({ status: 'warning' })
    expect(find('aircall lines')?.message).toContain(`${numbers.length - 1} readable`)
    const { warnings, calls } = await journey.backfill()
    expect(warnings.map(({ code }) => code)).toContain('LINES_UNREADABLE')
    expect(calls.buckets['own-number']).toBeGreaterThan(0)
    // What it was before it came in another form is still one of the account's own numbers.
    expect(
      journey.look((store) => collectOwnNumbers({ store, settings: journey.world().settings }).numbers),
    ).toEqual(known)
  })

  it('gives every check that is not ok a remedy', async () => {
    const journey = await startJourney(SMALL)
    Object.assign(journey.sandbox.switches, { transcripts: 'denied', numbersEndpoint: 'missing' })
    journey.sandbox.planhat.customFields.length = 0
    const { checks } = await look(journey)
    const bad = checks.filter(({ status }) => status !== 'ok')
    expect(bad.length).toBeGreaterThan(3)
    for (const { remedy } of bad) expect(remedy).toBeTruthy()
  })
})

describe('the two meanings of a 403 of Aircall', () => {
  it('on ping it is a wrong id or token, and nothing more is asked', async () => {
    const journey = await startJourney(SMALL)
    const aircall = { id: new Secret('wrong-id'), token: new Secret('wrong-token') }
    const credentials = { ...journey.world().settings.credentials, aircall }
    journey.sandbox.log.length = 0
    const { ok, find, names } = await look(journey, {}, settingsWith(journey, { credentials }))
    expect(find('aircall credentials')).toMatchObject({ status: 'failure' })
    expect(find('aircall credentials')?.message).toContain('wrong id or token')
    expect(names).not.toContain('aircall calls')
    expect(journey.sandbox.log.filter(({ path }) => path.startsWith('/v1/calls'))).toEqual([])
    expect(ok).toBe(false)
  })

  it('on a transcript it is what the account may have: a warning, since calls go on without', async () => {
    const journey = await startJourney(SMALL)
    journey.sandbox.switches.transcripts = 'denied'
    const { ok, find } = await look(journey)
    expect(find('aircall transcripts')).toMatchObject({ status: 'warning' })
    expect(find('aircall transcripts')?.remedy).toContain('AI package')
    expect(ok).toBe(true)
  })
})

describe('what can be wrong on the side of Planhat', () => {
  it('a token that is not accepted', async () => {
    const journey = await startJourney(SMALL)
    const credentials = { ...journey.world().settings.credentials, planhat: new Secret('wrong-token') }
    const { find, names } = await look(journey, {}, settingsWith(journey, { credentials }))
    expect(find('planhat credentials')).toMatchObject({ status: 'failure' })
    expect(names).not.toContain('planhat /users')
  })

  it('no credentials at all', async () => {
    const journey = await startJourney(SMALL)
    const { find, ok } = await look(
      journey,
      {},
      settingsWith(journey, { credentials: { aircall: null, planhat: null } }),
    )
    expect(find('aircall credentials')).toMatchObject({ status: 'failure' })
    expect(find('planhat credentials')).toMatchObject({ status: 'failure' })
    expect(ok).toBe(false)
  })

  it('a permission that is missing for one endpoint, named with its purpose', async () => {
    const journey = await startJourney(SMALL)
    journey.sandbox.switches.forbiddenPaths = ['/conversations', '/companies']
    const { find } = await look(journey)
    expect(find('planhat /conversations')).toMatchObject({ status: 'failure' })
    expect(find('planhat /companies')).toMatchObject({ status: 'warning' })
    expect(find('planhat /endusers')).toMatchObject({ status: 'ok' })
  })

  it('a server that cannot be reached', async () => {
    const journey = await startJourney(SMALL)
    const nowhere = { aircallBaseUrl: 'http://127.0.0.1:9', planhatBaseUrl: 'http://127.0.0.1:9' }
    const { find, ok } = await look(journey, {}, settingsWith(journey, nowhere))
    expect(find('aircall credentials')?.remedy).toContain('network')
    expect(find('planhat credentials')).toMatchObject({ status: 'failure' })
    expect(ok).toBe(false)
  })

  it('records that were sent with the configured type and are stored as notes', async () => {
    const journey = await startJourney(SMALL)
    await journey.backfill({ mode: 'apply' })
    await journey.backfill()
    expect((await look(journey)).find('conversation type')).toMatchObject({ status: 'ok' })
    for (const [id, one] of journey.sandbox.planhat.conversations)
      journey.sandbox.planhat.conversations.set(id, { ...one, type: 'note' })
    await journey.backfill()
    expect((await look(journey)).find('conversation type')).toMatchObject({ status: 'failure' })
  })
})

describe('insights', () => {
  it('that are on are asked for each, and one that the account has not got is a warning', async () => {
    const journey = await startJourney({
      sandbox: { ...SMALL.sandbox, switches: { insightsDenied: ['topics'] } },
      config: { conversation: { content: { insights: ['summary', 'topics'], insightsMinTalkSeconds: 5 } } },
    })
    const { find } = await look(journey)
    expect(find('aircall insight summary')).toMatchObject({ status: 'ok' })
    expect(find('aircall insight topics')).toMatchObject({ status: 'warning' })
    expect(find('aircall insight sentiment')).toBeUndefined()
  })
})

describe('single checks', () => {
  const field = (name: string, over: Partial<CustomField> = {}): CustomField => ({
    parent: 'conversation',
    name,
    type: 'url',
    isMandatory: false,
    isFormula: false,
    options: [],
    ...over,
  })
  const settings = { recordingField: 'Call Recording', customFields: { Seconds: 'durationSeconds' } } as const
  const statuses = (fields: CustomField[]) => checkCustomFields(fields, settings).map(({ status }) => status)

  it('custom fields must exist, be spelt alike and take what is written', () => {
    expect(statuses([field('Call Recording'), field('Seconds', { type: 'number' })])).toEqual(['ok', 'ok'])
    expect(statuses([field('call recording')])).toEqual(['failure', 'failure'])
    expect(statuses([field('Call Recording', { type: 'date' }), field('Seconds')])).toEqual([
      'warning',
      'warning',
    ])
    expect(
      statuses([field('Call Recording', { isFormula: true }), field('Seconds', { type: 'text' })]),
    ).toEqual(['failure', 'ok'])
  })

  it('each source needs a field of a kind that takes it, and a field that picks needs its options', () => {
    const check = (source: CustomSource, over: Partial<CustomField>) =>
      checkCustomFields([field('Call Recording'), field('Mine', over)], {
        recordingField: 'Call Recording',
        customFields: { Mine: source },
      })[1]
    for (const source of CUSTOM_SOURCES) {
      expect(check(source, { type: 'text' })?.status).toBe('ok')
      expect(check(source, { type: 'Rich Text' })?.status).toBe('ok')
      expect(check(source, { type: 'checkbox' })).toMatchObject({
        status: 'warning',
        message: expect.stringContaining(`does not take ${source}`),
      })
    }
    expect(check('waitSeconds', { type: 'number' })?.status).toBe('ok')
    expect(check('summary', { type: 'number' })?.status).toBe('warning')
    expect(check('answeredAt', { type: 'date' })?.status).toBe('ok')
    expect(check('tags', { type: 'multipicklist', options: ['VIP'] })?.status).toBe('ok')
    expect(check('topics', { type: 'multipicklist' })?.status).toBe('warning')
    expect(check('outcome', { type: 'list', options: ['answered', 'missed'] })).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('voicemail'),
    })
  })

  it('a mandatory field that is not always written makes creates fail', () => {
    const mandatory = (name: string) =>
      checkMandatoryFields([field(name, { isMandatory: true })], settings).status
    expect(mandatory('Mood')).toBe('failure')
    expect(mandatory('Call Recording')).toBe('failure')
    expect(mandatory('Seconds')).toBe('ok')
    expect(checkMandatoryFields([], settings).status).toBe('ok')
  })

  it('a clock may be a minute off, not a quarter of an hour', () => {
    const now = 1_790_000_000_000
    expect(checkSkew('clock', now - 59_000, now).status).toBe('ok')
    expect(checkSkew('clock', now + 61_000, now).status).toBe('warning')
    expect(checkSkew('clock', now - 900_000, now).status).toBe('failure')
    expect(checkSkew('clock', null, now).status).toBe('ok')
  })

  it('Node is compared by major and minor version', () => {
    expect(checkVersion('v22.20.0', '>=22.20').status).toBe('ok')
    expect(checkVersion('v22.9.0', '>=22.20').status).toBe('failure')
    expect(checkVersion('v26.0.0', '>=22.20').status).toBe('ok')
  })

  it('a state folder that others can read is a warning, one that cannot be written a failure', async () => {
    const journey = await startJourney(SMALL)
    const state = join(journey.folder, 'state')
    chmodSync(state, 0o755)
    expect((await look(journey)).find('state folder')).toMatchObject({ status: 'warning' })
    const locked = mkdtempSync(join(tmpdir(), 'aircall-sync-locked-'))
    onTestFinished(() => rmSync(locked, { recursive: true, force: true }))
    mkdirSync(join(locked, 'in'), { mode: 0o500 })
    if (process.getuid?.() === 0) return
    const { stateDir } = loadSettings({
      flags: { 'state-dir': join(locked, 'in', 'state') },
      env: {},
      cwd: locked,
    })
    expect((await look(journey, {}, settingsWith(journey, { stateDir }))).find('state folder')).toMatchObject(
      {
        status: 'failure',
      },
    )
  })
})
