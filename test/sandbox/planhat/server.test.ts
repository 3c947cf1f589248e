import { describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { poisonIds } from '../../../src/sandbox/switches.ts'
import { askSandbox, createManualClock, useSandbox } from '../../support/sandbox.ts'

function companyOf(sandbox: Sandbox, at = 0): string {
  return sandbox.world.companies[at]?._id ?? ''
}

function makeBody(sandbox: Sandbox, extra: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    externalId: '4300000000-cold call',
    type: 'Cold Call',
    subject: 'Aircall – call made to W',
    description: '<p>Call was answered.</p>',
    date: '2026-09-01T10:00:00.000Z',
    companyId: companyOf(sandbox),
    ...extra,
  }
}

const post = (sandbox: Sandbox, body: unknown) =>
  askSandbox(sandbox, '/conversations', { method: 'POST', body })
const put = (sandbox: Sandbox, body: unknown, path = '/conversations') =>
  askSandbox(sandbox, path, { method: 'PUT', body })

describe('access', () => {
  it('wants a Bearer token, or Basic with the token and a colon', async () => {
    const sandbox = await useSandbox()
    const token = sandbox.env.PLANHAT_API_TOKEN
    expect((await askSandbox(sandbox, '/users', { authorization: null })).status).toBe(401)
    expect((await askSandbox(sandbox, '/users', { authorization: 'Bearer no' })).status).toBe(401)
    expect(
      (await askSandbox(sandbox, '/users', { authorization: `Basic ${btoa(`${token}:`)}` })).status,
    ).toBe(200)
    sandbox.switches.forbiddenPaths = ['/customfields']
    expect((await askSandbox(sandbox, '/customfields')).status).toBe(403)
  })

  it('answers 429 above the quota, with and without headers', async () => {
    const clock = createManualClock()
    const sandbox = await useSandbox({
      clock,
      planhatRpm: 1,
      switches: { planhatRateHeaders: 'retry-after' },
    })
    expect((await askSandbox(sandbox, '/users')).status).toBe(200)
    const refused = await askSandbox(sandbox, '/users')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    sandbox.switches.planhatRateHeaders = 'none'
    expect((await askSandbox(sandbox, '/users')).headers.get('retry-after')).toBeNull()
    clock.advance(60_000)
    sandbox.switches.planhatRateHeaders = 'limit'
    expect((await askSandbox(sandbox, '/users')).headers.get('x-rate-limit-remaining')).toBe('0')
  })

  it('knows no /notes and no /activities', async () => {
    const sandbox = await useSandbox()
    expect((await askSandbox(sandbox, '/notes')).status).toBe(404)
    expect((await askSandbox(sandbox, '/activities')).status).toBe(404)
  })
})

describe('End Users, users, companies and custom fields', () => {
  it('pages End Users by 2,000 at most, hides archived ones, selects keys', async () => {
    const sandbox = await useSandbox({ endUsers: 2500 })
    const live = sandbox.world.endUsers.filter((person) => !person.archived).length
    const first = await askSandbox(sandbox, '/endusers?limit=5000&sort=_id&select=_id,phone')
    expect(first.json).toHaveLength(2000)
    expect(Object.keys(first.json[0])).toEqual(['_id', 'phone'])
    const rest = await askSandbox(sandbox, '/endusers?limit=2000&offset=2000&sort=_id')
    expect(rest.json).toHaveLength(live - 2000)
    expect((await askSandbox(sandbox, '/endusers')).json).toHaveLength(100)
    const all = await askSandbox(sandbox, '/endusers?limit=2000&offset=2000&archived=true')
    expect(all.json).toHaveLength(500)
  })

  it('finds End Users by company and by e-mail, and lets a card be fixed', async () => {
    const sandbox = await useSandbox()
    const person = sandbox.world.endUsers.find((one) => one.email && !one.archived)
    const inCompany = await askSandbox(
      sandbox,
      `/endusers?companyId=${person?.companyId},${companyOf(sandbox, 1)}`,
    )
    expect(inCompany.json.length).toBeGreaterThan(1)
    const byEmail = await askSandbox(sandbox, `/endusers?email=${person?.email?.toUpperCase()}`)
    expect(byEmail.json.map((one: { _id: string }) => one._id)).toEqual([person?._id])
    await put(sandbox, { phone: '+33 1 99 00 12 34' }, `/endusers/${person?._id}`)
    expect(sandbox.planhat.endUsers.get(person?._id ?? '')?.phone).toBe('+33 1 99 00 12 34')
  })

  it('lists users of agents under the same e-mail in another case, and not for all of them', async () => {
    const sandbox = await useSandbox()
    const { json } = await askSandbox(sandbox, '/users?limit=10000')
    const emails = new Set(json.map((user: { email: string }) => user.email))
    const agents = sandbox.world.agents.map((agent) => agent.email)
    const inAnyCase = new Set([...emails].map((email) => String(email).toLowerCase()))
    expect(agents.filter((email) => inAnyCase.has(email))).toHaveLength(9)
    expect(agents.filter((email) => emails.has(email)).length).toBeLessThan(9)
  })

  it('defines the fields of the recipe', async () => {
    const sandbox = await useSandbox()
    const { json } = await askSandbox(sandbox, '/customfields?limit=2000')
    expect(json).toContainEqual(
      expect.objectContaining({ parent: 'Conversation', name: 'Call Recording', type: 'url' }),
    )
    expect(json).toContainEqual(expect.objectContaining({ parent: 'enduser', name: 'Phone 2' }))
  })
})

describe('one Conversation', () => {
  it('is created with a snippet and found by its encoded external id', async () => {
    const sandbox = await useSandbox()
    const made = await post(sandbox, makeBody(sandbox))
    expect(made.json).toMatchObject({ type: 'Cold Call', snippet: 'Call was answered.', isCustomType: true })
    const path = '/conversations/extid-4300000000-cold%20call'
    expect((await askSandbox(sandbox, path)).json._id).toBe(made.json._id)
    sandbox.switches.extidSpaces = 'missing'
    expect((await askSandbox(sandbox, path)).status).toBe(404)
    expect((await askSandbox(sandbox, `/conversations/${made.json._id}`)).json.externalId).toBe(
      '4300000000-cold call',
    )
  })

  it('silently becomes a note when its type is unknown or reserved', async () => {
    const sandbox = await useSandbox()
    expect((await post(sandbox, makeBody(sandbox, { type: 'cold call' }))).json.type).toBe('note')
    expect((await post(sandbox, makeBody(sandbox, { type: 'call', externalId: 'x' }))).json.type).toBe('note')
    sandbox.switches.reservedTypes = 'reject'
    expect((await post(sandbox, makeBody(sandbox, { type: 'call', externalId: 'y' }))).status).toBe(400)
  })

  it('needs a company, which may be named by extid-, and every mandatory field', async () => {
    const sandbox = await useSandbox()
    expect((await post(sandbox, makeBody(sandbox, { companyId: undefined }))).status).toBe(400)
    const byReference = await post(sandbox, makeBody(sandbox, { companyId: 'extid-acc-1000' }))
    expect(byReference.json.companyId).toBe(companyOf(sandbox))
    const field = sandbox.planhat.customFields.find((one) => one.name === 'Call Direction')
    if (field) field.isMandatory = true
    expect((await post(sandbox, makeBody(sandbox, { externalId: 'b' }))).json.error).toContain(
      'Call Direction',
    )
  })

  it('keeps an external id unique within a company and not beyond', async () => {
    const sandbox = await useSandbox()
    await post(sandbox, makeBody(sandbox))
    const twice = await post(sandbox, makeBody(sandbox))
    expect([twice.status, twice.json]).toEqual([400, { error: 'externalId duplicated' }])
    expect((await post(sandbox, makeBody(sandbox, { companyId: companyOf(sandbox, 1) }))).status).toBe(200)
    sandbox.switches.postDuplicate = 'duplicate'
    await post(sandbox, makeBody(sandbox))
    expect(sandbox.planhat.conversations.byExternalId('4300000000-cold call')).toHaveLength(3)
  })

  it('takes a partial PUT, replaces arrays, merges custom fields and moves companies if it may', async () => {
    const sandbox = await useSandbox()
    const made = await post(
      sandbox,
      makeBody(sandbox, { users: [{ id: 'a' }, { id: 'b' }], custom: { 'Call Recording': 'u' } }),
    )
    const path = `/conversations/${made.json._id}`
    const changed = await put(sandbox, { users: [{ id: 'c' }], custom: { 'Call Direction': 'in' } }, path)
    expect(changed.json).toMatchObject({ subject: made.json.subject, users: [{ id: 'c' }] })
    expect(changed.json.custom).toEqual({ 'Call Recording': 'u', 'Call Direction': 'in' })
    expect((await put(sandbox, { companyId: companyOf(sandbox, 1) }, path)).json.companyId).toBe(
      companyOf(sandbox, 1),
    )
    sandbox.switches.companyMoves = false
    expect((await put(sandbox, { companyId: companyOf(sandbox, 2) }, path)).json.companyId).toBe(
      companyOf(sandbox, 1),
    )
  })

  it('stores, drops or rejects unknown custom fields, contacts and e-mail-only persons by switch', async () => {
    const sandbox = await useSandbox({
      switches: { unknownCustom: 'drop', contactId: 'ignored', emailOnlyPersons: 'resolve' },
    })
    const agent = sandbox.world.agents[0]?.email
    const body = makeBody(sandbox, {
      custom: { Odd: 1 },
      contactId: 'c',
      users: [{ email: agent?.toUpperCase() }],
    })
    const made = await post(sandbox, body)
    expect(made.json.custom).toEqual({})
    expect(made.json).not.toHaveProperty('contactId')
    expect(made.json.users[0].id).toBe(sandbox.world.users[0]?._id)
    sandbox.switches.unknownCustom = 'reject'
    expect((await post(sandbox, { ...body, externalId: 'z' })).status).toBe(400)
  })

  it('reads a date of UNIX seconds as milliseconds, as a live automation may find', async () => {
    const sandbox = await useSandbox()
    expect((await post(sandbox, makeBody(sandbox, { date: '1732622895' }))).json.date).toMatch(/^1970-01-21/)
  })

  it('is deleted by _id only, and answers the deleted object', async () => {
    const sandbox = await useSandbox()
    const { json } = await post(sandbox, makeBody(sandbox))
    const remove = (key: string) => askSandbox(sandbox, `/conversations/${key}`, { method: 'DELETE' })
    expect((await remove('extid-4300000000-cold%20call')).status).toBe(404)
    expect((await remove(json._id)).json._id).toBe(json._id)
    expect((await remove(json._id)).status).toBe(404)
    sandbox.switches.deleteForbidden = true
    expect((await remove(json._id)).status).toBe(403)
  })
})

describe('the list of Conversations', () => {
  it('has 30 slim rows by default, and description and externalId only when selected', async () => {
    const sandbox = await useSandbox()
    const items = Array.from({ length: 40 }, (_, at) => makeBody(sandbox, { externalId: `e${at}` }))
    await put(sandbox, items)
    const usual = await askSandbox(sandbox, '/conversations')
    expect(usual.json).toHaveLength(30)
    expect(usual.json[0]).not.toHaveProperty('externalId')
    expect(usual.json[0]).not.toHaveProperty('description')
    expect(usual.json[0]).toHaveProperty('snippet')
    const path = '/conversations?limit=2000&sort=_id&select=_id,externalId,description'
    const selected = await askSandbox(sandbox, path)
    expect(selected.json).toHaveLength(40)
    expect(Object.keys(selected.json[0])).toEqual(['_id', 'externalId', 'description'])
    sandbox.switches.listHasExternalId = false
    expect((await askSandbox(sandbox, path)).json[0]).not.toHaveProperty('externalId')
    sandbox.switches.selectHonoured = false
    expect((await askSandbox(sandbox, path)).json[0]).toHaveProperty('snippet')
  })

  it('sorts either way, ignores the sort by switch, and filters by company', async () => {
    const sandbox = await useSandbox()
    const items = Array.from({ length: 5 }, (_, at) =>
      makeBody(sandbox, { externalId: `e${at}`, companyId: companyOf(sandbox, at) }),
    )
    await put(sandbox, items)
    const ids = async (query: string) =>
      (await askSandbox(sandbox, `/conversations?${query}`)).json.map((row: { _id: string }) => row._id)
    const ascending = await ids('sort=_id')
    expect(ascending).toEqual(ascending.toSorted())
    expect(await ids('sort=-_id')).toEqual(ascending.toReversed())
    expect(await ids(`sort=_id&companyId=${companyOf(sandbox, 1)},${companyOf(sandbox, 3)}`)).toEqual([
      ascending[1],
      ascending[3],
    ])
    sandbox.switches.sortHonoured = false
    expect(await ids('sort=_id')).toEqual(ascending.toReversed())
  })
})

describe('bulk upsert', () => {
  it('answers with the documented shape and accounts for every item', async () => {
    const sandbox = await useSandbox()
    const first = await put(sandbox, [makeBody(sandbox), makeBody(sandbox, { externalId: 'b' })])
    expect(first.json).toMatchObject({
      created: 2,
      createdErrors: [],
      updated: 0,
      nonupdates: 0,
      permissionErrors: [],
    })
    expect(first.json.insertsKeys[0]).toEqual({
      _id: first.json.upsertedIds[0],
      externalId: '4300000000-cold call',
    })
    const second = await put(sandbox, [
      makeBody(sandbox),
      makeBody(sandbox, { externalId: 'b', subject: 'new' }),
      makeBody(sandbox, { externalId: 'c' }),
    ])
    expect(second.json).toMatchObject({ created: 1, updated: 1, nonupdates: 1 })
    expect(second.json.updatesKeys).toEqual([{ _id: first.json.insertsKeys[1]._id }])
    expect(second.json.modified).toEqual([first.json.insertsKeys[1]._id])
  })

  it('either matches external ids or does not, within a company or across', async () => {
    const sandbox = await useSandbox({
      switches: { bulkMatchesExternalId: false, postDuplicate: 'duplicate' },
    })
    await put(sandbox, [makeBody(sandbox)])
    expect((await put(sandbox, [makeBody(sandbox)])).json.created).toBe(1)
    Object.assign(sandbox.switches, { bulkMatchesExternalId: true })
    const other = makeBody(sandbox, { externalId: 'm' })
    await put(sandbox, [other])
    const elsewhere = { ...other, companyId: companyOf(sandbox, 1) }
    expect((await put(sandbox, [elsewhere])).json.created).toBe(1)
    sandbox.switches.bulkScopedByCompany = false
    expect((await put(sandbox, [{ ...other, subject: 'again' }])).json.updated).toBe(1)
  })

  it('answers 206 with error items in each shape, and writes the good ones', async () => {
    const sandbox = await useSandbox({ switches: { poison: poisonIds(['bad']) } })
    const items = [makeBody(sandbox, { externalId: 'bad' }), makeBody(sandbox, { externalId: 'good' })]
    const asText = await put(sandbox, items)
    expect([asText.status, asText.json.created, asText.json.createdErrors]).toEqual([
      206,
      1,
      ['bad: validation failed'],
    ])
    sandbox.switches.errorItems = 'object'
    expect((await put(sandbox, items)).json.createdErrors).toEqual([
      { message: 'validation failed', code: 400 },
    ])
    sandbox.switches.errorItems = 'withKey'
    expect((await put(sandbox, items)).json.createdErrors).toEqual([
      { message: 'validation failed', externalId: 'bad' },
    ])
    Object.assign(sandbox.switches, { partialStatus: 400, partialApplies: false })
    const refused = await put(sandbox, [items[0], makeBody(sandbox, { externalId: 'never' })])
    expect([refused.status, refused.json.created, refused.json.createdErrors.length]).toEqual([400, 0, 1])
    expect(sandbox.planhat.conversations.byExternalId('never')).toEqual([])
  })

  it('names a permission under 403, a validation under its own key, and drops in silence by switch', async () => {
    const sandbox = await useSandbox({ switches: { poison: poisonIds(['bad'], 'permission') } })
    const items = [makeBody(sandbox, { externalId: 'bad' }), makeBody(sandbox, { externalId: 'good' })]
    const forbidden = await put(sandbox, items)
    expect([forbidden.status, forbidden.json.permissionErrors]).toEqual([403, ['bad: not permitted']])
    sandbox.switches.poison = poisonIds(['bad'], 'validation')
    const invalid = await put(sandbox, items)
    expect([invalid.status, invalid.json.validationErrors]).toEqual([206, ['bad: not valid']])
    sandbox.switches.poison = poisonIds(['bad'], 'silent')
    const { status, json } = await put(sandbox, items)
    expect([status, json.created + json.updated + json.nonupdates]).toEqual([200, 1])
    expect((await post(sandbox, items[0])).status).toBe(400)
  })

  it('refuses a batch whole for a poison record, a repeated key, or too many items', async () => {
    const sandbox = await useSandbox({ switches: { poison: poisonIds(['bad'], 'batch') } })
    expect((await put(sandbox, [makeBody(sandbox), makeBody(sandbox, { externalId: 'bad' })])).status).toBe(
      400,
    )
    expect((await put(sandbox, [makeBody(sandbox), makeBody(sandbox)])).json.error).toContain('duplicated')
    expect(
      (
        await put(
          sandbox,
          Array.from({ length: 5001 }, () => ({})),
        )
      ).status,
    ).toBe(400)
    expect(sandbox.planhat.conversations.size).toBe(0)
  })
})
