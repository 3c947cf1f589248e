import nock from 'nock'
import { describe, expect, it } from 'vitest'
import { useNock } from '../support/nock.ts'
import { BASE, collect, fixture, hexId, planhat, serveList } from './support/wire.ts'

useNock()

const endUser = (n: number) => ({
  _id: hexId(n),
  companyId: '5e15901391025d870eec1231',
  phone: `+1 202-555-01${n % 100}`,
  custom: {},
})
const slice = (rows: unknown[], query: URLSearchParams, cap = Number.POSITIVE_INFINITY) => {
  const offset = Number(query.get('offset'))
  return rows.slice(offset, offset + Math.min(Number(query.get('limit')), cap))
}

describe('End Users', () => {
  it('are read as documented: names, numbers in every phone field, no archived, none without a company', async () => {
    nock(BASE, { reqheaders: { authorization: 'Bearer token-of-a-test' } })
      .get('/endusers')
      .query((q) => q['limit'] === '2000' && String(q['select']).includes('phone') && !('archived' in q))
      .reply(200, fixture('endusers') as nock.Body)
    const phoneFields = ['phone', 'custom.Phone 2', 'custom.Mobile']
    const all = await collect(planhat().reader.endUsers({ phoneFields }))
    expect(all).toMatchObject([
      {
        name: 'Jane Doe',
        companyName: 'Test Company',
        phones: [
          { field: 'phone', raw: '+44 20 7946 0123' },
          { field: 'custom.Phone 2', raw: '0033 1 99 00 12 34' },
        ],
      },
      {
        name: 'Sam Poe',
        email: null,
        phones: [
          { field: 'phone', raw: '12025550143' },
          { field: 'custom.Mobile', raw: '+1 202-555-0144' },
        ],
      },
    ])
  })

  it('are asked for with the archived ones on request', async () => {
    const asked = serveList('/endusers', () => fixture('endusers') as unknown[])
    const all = await collect(planhat().reader.endUsers({ archived: 'include' }))
    expect(asked[0]?.get('archived')).toBe('true')
    expect(all.filter((one) => one.archived)).toHaveLength(1)
  })

  it('are read without select when the selected keys do not come back', async () => {
    const rows = Array.from({ length: 7 }, (_, n) => endUser(n))
    const asked = serveList('/endusers', (q) =>
      q.has('select') ? rows.map(({ _id }) => ({ _id, companyId: '5e15901391025d870eec1231' })) : rows,
    )
    const all = await collect(planhat().reader.endUsers())
    expect(all.map((one) => one.phones.length)).toEqual(Array(7).fill(1))
    expect(asked.map((q) => q.has('select'))).toEqual([true, false])
  })

  it('are read whole, each once, whatever sort and limit do', async () => {
    const rows = Array.from({ length: 4_321 }, (_, n) => endUser(n))
    const orders = { sorted: rows, reversed: [...rows].reverse() }
    for (const order of Object.values(orders)) {
      for (const cap of [30, 100, 2000]) {
        const asked = serveList('/endusers', (q) => slice(order, q, cap))
        const all = await collect(planhat().reader.endUsers())
        expect(new Set(all.map((one) => one.id)).size).toBe(4_321)
        expect(all).toHaveLength(4_321)
        // Each page begins with the last row of the one before.
        expect(asked).toHaveLength(Math.ceil(4_320 / (cap - 1)))
        nock.cleanAll()
      }
    }
  })

  it('drop rows that come again because the set changed while it was paged', async () => {
    const rows = Array.from({ length: 2_500 }, (_, n) => endUser(n))
    const shifted = (q: URLSearchParams) =>
      q.get('offset') === '0' ? rows.slice(0, 2000) : rows.slice(1_990)
    serveList('/endusers', shifted)
    const all = await collect(planhat().reader.endUsers())
    expect(all).toHaveLength(2_500)
  })

  it('are all found although some are deleted while their list is read', async () => {
    for (const deleted of [1, 5, 60, 1_500]) {
      let rows = Array.from({ length: 4_321 }, (_, n) => endUser(n))
      const asked = serveList('/endusers', (q) => {
        // Before the second page, and before every page that follows one row more.
        if (asked.length > 1) rows = rows.slice(asked.length === 2 ? deleted : 1)
        return slice(rows, q)
      })
      const all = await collect(planhat().reader.endUsers())
      const found = new Set(all.map(({ id }) => id))
      expect(rows.filter(({ _id }) => !found.has(_id))).toEqual([])
      expect(all).toHaveLength(found.size)
      expect(asked.length).toBeLessThan(12)
      nock.cleanAll()
    }
  })

  it('are all found where the list became shorter than what was read of it', async () => {
    let rows = Array.from({ length: 2_003 }, (_, n) => endUser(n))
    const asked = serveList('/endusers', (q) => {
      if (asked.length === 2) rows = rows.slice(500)
      return slice(rows, q)
    })
    expect(await collect(planhat().reader.endUsers())).toHaveLength(2_003)
  })

  it('are all found although new ones are put in front of a list that ignores the order asked for', async () => {
    let rows = Array.from({ length: 4_321 }, (_, n) => endUser(9_000 - n))
    const asked = serveList('/endusers', (q) => {
      rows = [endUser(9_000 + asked.length), ...rows]
      return slice(rows, q, 100)
    })
    const found = new Set((await collect(planhat().reader.endUsers())).map(({ id }) => id))
    expect(Array.from({ length: 4_321 }, (_, n) => hexId(9_000 - n)).filter((id) => !found.has(id))).toEqual(
      [],
    )
  })

  it('end with a list that ignores offset and limit, and fail where more may stand behind a full page', async () => {
    const rows = Array.from({ length: 2_000 }, (_, n) => endUser(n))
    const asked = serveList('/endusers', () => rows.slice(0, 100))
    expect(await collect(planhat().reader.endUsers())).toHaveLength(100)
    expect(asked.length).toBeLessThan(8)
    nock.cleanAll()
    serveList('/endusers', () => rows)
    await expect(collect(planhat().reader.endUsers())).rejects.toMatchObject({
      code: 'PLANHAT_LIST_MOVES',
      exitCode: 5,
    })
  })
})

describe('a list', () => {
  it('that is no list is asked for again', async () => {
    nock(BASE).get('/users').query(true).reply(200, { hello: 'not yet' })
    nock(BASE)
      .get('/users')
      .query({ limit: 10_000, offset: 0, sort: '_id' })
      .reply(200, fixture('users') as nock.Body)
    expect(await planhat().reader.users()).toEqual([
      { id: '5d66266e187f60020bc8036f', email: 'Ana.Cruz@example.com', name: 'Ana Cruz' },
      { id: '5d66266e187f60020bc80370', email: 'lee@example.com', name: 'Lee' },
    ])
  })

  it('of more users than fit into one page is read to its end', async () => {
    const rows = Array.from({ length: 10_007 }, (_, n) => ({ _id: hexId(n), email: `agent${n}@example.com` }))
    const asked = serveList('/users', (q) => slice(rows, q))
    const users = await planhat().reader.users()
    expect(users).toHaveLength(10_007)
    expect(asked).toHaveLength(2)
  })

  it('that never becomes one is a temporary failure', async () => {
    nock(BASE).persist().get('/users').query(true).reply(200, { hello: 'not yet' })
    await expect(planhat().reader.users()).rejects.toMatchObject({ code: 'PLANHAT_NOT_A_LIST', exitCode: 5 })
  })

  it('with a row that has no id is named by its path, never by its value', async () => {
    nock(BASE)
      .get('/users')
      .query(true)
      .reply(200, [{ _id: 'a' }, { email: 'secret@example.com' }])
    await expect(planhat().reader.users()).rejects.toMatchObject({
      code: 'PLANHAT_SHAPE',
      message: expect.stringMatching(/^GET \/users: \[1\]: _id is not/),
    })
  })

  it.each([401, 403])('that answers %i names the token and where to get one', async (status) => {
    nock(BASE).get('/users').query(true).reply(status, 'Unauthorized')
    await expect(planhat().reader.users()).rejects.toMatchObject({
      code: 'PLANHAT_AUTH',
      exitCode: 7,
      suggestions: expect.arrayContaining([expect.stringContaining('PLANHAT_API_TOKEN')]),
    })
  })

  it('of custom fields has the model in lower case', async () => {
    serveList('/customfields', () => fixture('customfields') as unknown[])
    expect(await planhat().reader.customFields()).toEqual([
      {
        parent: 'conversation',
        name: 'Call Recording',
        type: 'url',
        isMandatory: false,
        isFormula: false,
        options: [],
      },
      { parent: 'enduser', name: 'Phone 2', type: 'phone', isMandatory: true, isFormula: true, options: [] },
    ])
  })

  it('may be probed: a refusal is told, not thrown', async () => {
    nock(BASE).get('/endusers').query({ limit: 1 }).reply(403, { message: 'no permission' })
    expect(await planhat().reader.probe('/endusers')).toMatchObject({ status: 403, message: 'no permission' })
  })
})

describe('one Conversation', () => {
  it('is read with people as objects, without those of whom nothing is known', async () => {
    nock(BASE)
      .get('/conversations/61081aede03cf31e13ea1e51')
      .reply(200, fixture('conversation-created') as nock.Body)
    const remote = await planhat().reader.conversation({ id: '61081aede03cf31e13ea1e51' })
    expect(remote).toEqual({
      _id: '61081aede03cf31e13ea1e51',
      companyId: '61006bc89a3e0b702ed8ea49',
      type: 'note',
      subject: 'Support with Tenet',
      description: 'Support session with the client',
      date: '2021-08-22T16:15:50.772Z',
      createDate: '2021-08-02T16:18:53.730Z',
      endusers: [{ id: '610091916d643a7c418aef42', name: 'Jane Doe' }],
      users: [],
      custom: {},
    })
  })

  it('is asked for by external id with the prefix and an encoded space, and is null on 404', async () => {
    nock(BASE).get('/conversations/extid-4180000376-cold%20call').reply(404, { message: 'not found' })
    expect(await planhat().reader.conversation({ externalId: '4180000376-cold call' })).toBeNull()
  })

  it('is never asked for by an empty id, which would be the list', async () => {
    await expect(planhat().reader.conversation({ id: ' ' })).rejects.toThrow(TypeError)
  })
})

describe('the list of Conversations', () => {
  const whole = (n: number, more = {}) => ({
    _id: hexId(n),
    externalId: `${n}-cold call`,
    companyId: '5e15901391025d870eec1231',
    type: 'Cold Call',
    subject: 'Aircall – call made to jane.doe@example.com',
    description: '<p>said</p>',
    endusers: [],
    users: [],
    custom: {},
    ...more,
  })

  it('is taken as it is when it shows external ids and texts', async () => {
    const rows = [whole(1), { ...whole(2), externalId: undefined, description: undefined, type: 'note' }]
    serveList('/conversations', () => rows)
    const { reader, http } = planhat()
    expect(await collect(reader.conversations())).toMatchObject([
      { externalId: '1-cold call' },
      { type: 'note' },
    ])
    expect(http.stats.total).toBe(1)
  })

  it('that leaves external ids out is completed record by record, for the rows that may be ours', async () => {
    serveList('/conversations', () => fixture('conversation-list') as unknown[])
    nock(BASE)
      .persist()
      .get('/conversations/61081aede03cf31e13ea1e51')
      .reply(200, {
        ...(fixture('conversation-list') as object[])[0],
        externalId: '7-cold call',
        description: 'x',
      })
    const records = await collect(planhat().reader.conversations())
    expect(records.map((r) => r.externalId)).toEqual(['7-cold call', undefined])
    expect(records[0]).toMatchObject({
      description: 'x',
      users: [{ id: '5d66266e187f60020bc8036f' }],
      custom: { 'Call Recording': null },
    })
  })

  it.each([
    ['select is ignored, as the documentation shows the list', { description: undefined }],
    ['the external id alone is left out', {}],
  ])('is not believed for calls that people wrote in by hand: %s', async (_name, hidden) => {
    const byHand = { externalId: undefined, subject: 'Call with Jane' }
    const known = Array.from({ length: 8 }, (_, n) => whole(n, n < 5 ? byHand : {}))
    serveList('/conversations', () => known.map((row) => ({ ...row, ...hidden, externalId: undefined })))
    for (const row of known) nock(BASE).persist().get(`/conversations/${row._id}`).reply(200, row)
    const records = await collect(planhat().reader.conversations())
    expect(records.map((row) => row.externalId)).toEqual(known.map((row) => row.externalId))
  })

  it('believes that records have no external id after three of them were read whole', async () => {
    const rows = Array.from({ length: 9 }, (_, n) => ({ ...whole(n), externalId: undefined }))
    serveList('/conversations', () => rows)
    for (const row of rows) nock(BASE).get(`/conversations/${row._id}`).reply(200, row)
    const { reader, http } = planhat()
    expect(await collect(reader.conversations())).toHaveLength(9)
    expect(http.stats.total).toBe(4)
  })

  it('that leaves texts out is completed for the wanted rows only', async () => {
    const rows = Array.from({ length: 9 }, (_, n) => ({ ...whole(n), description: undefined }))
    serveList('/conversations', () => rows)
    nock(BASE)
      .get(`/conversations/${hexId(4)}`)
      .reply(200, whole(4))
    const wanted = (row: { externalId?: string }) => row.externalId === '4-cold call'
    const records = await collect(planhat().reader.conversations({ wanted }))
    expect(records.map((r) => r.description)).toEqual([...Array(4), '<p>said</p>', ...Array(4)])
  })

  it('of many companies is asked for in URLs below 2,000 characters', async () => {
    const companyIds = Array.from({ length: 200 }, (_, n) => hexId(n))
    const asked = serveList('/conversations', () => [])
    await collect(planhat().reader.conversations({ companyIds: [...companyIds, ...companyIds] }))
    expect(asked.flatMap((q) => q.get('companyId')?.split(','))).toEqual(companyIds)
    for (const query of asked) expect(`${BASE}/conversations?${query}`.length).toBeLessThan(2000)
  })
})
