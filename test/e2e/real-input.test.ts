import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { useWorkplace } from '../support/command.ts'
import { type Json, type PlainOptions, servePlainly } from './plain-server.ts'
import { errorShape, indexShape, summaryShape } from './shapes.ts'

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'))

/** Official and measured examples as they are; only the transcribed call is the live one under the sample's id. */
const live: Json = fixture('aircall/call-live')
const official: Json = fixture('aircall/call-official').call
const transcription = fixture('aircall/transcription-official')
const transcribed: Json = {
  ...live,
  id: transcription.transcription.call_id,
  direction: 'inbound',
  raw_digits: '+33 6 79 19 89 15',
  asset: `https://assets.aircall.io/calls/${transcription.transcription.call_id}/recording`,
}
const others = ['anonymous', 'conference', 'in-progress', 'missed', 'voicemail'].map(
  (name) => fixture(`aircall/built-${name}`) as Json,
)
const calls = [official, live, transcribed, ...others].sort(
  (a, b) => Number(a['started_at']) - Number(b['started_at']) || Number(a['id']) - Number(b['id']),
)
const [template] = fixture('planhat/endusers') as Json[]
const endUsers: Json[] = [
  ...(fixture('planhat/endusers') as Json[]),
  {
    ...template,
    _id: '5e26e38abf07307b89e48d63',
    email: 'fr@example.com',
    phone: '+33679198915',
    custom: {},
  },
]
const world: PlainOptions = {
  calls,
  endUsers,
  transcriptions: { [String(transcribed['id'])]: transcription },
}
const range = ['--since', '2020-01-01', '--until', '2026-11-01']

async function walk(options: Partial<PlainOptions> = {}, config: Json = {}) {
  const server = await servePlainly({ ...world, ...options })
  const place = useWorkplace(server.env, config)
  const pulled = await place.json('index', 'pull')
  return { server, place, pulled }
}

describe('the official examples of both references', () => {
  it('walk from index to Planhat, and a second time change nothing', async () => {
    const { server, place, pulled } = await walk({
      instead: {
        'GET /v1/numbers': [200, fixture('aircall/numbers-page')],
        'GET /users': [200, fixture('planhat/users')],
        'GET /customfields': [200, fixture('planhat/customfields')],
      },
      links: true,
    })
    expect(indexShape.parse(pulled.body).endUsers).toBeGreaterThanOrEqual(2)
    const { body, exitCode } = await place.json('backfill', ...range, '--apply', '--output', 'plan.csv')
    const summary = summaryShape.parse(body)
    expect(exitCode).toBe(0)
    expect(summary.calls.read).toBe(calls.length)
    expect(summary.warnings.map(({ code }) => code)).toContain('OUTSIDE_HORIZON')
    const rows = parse(readFileSync(place.path('plan.csv')), { bom: true, columns: true }) as Record<
      string,
      string
    >[]
    const reasons = Object.fromEntries(rows.map((row) => [row['call_id'], row['reason']]))
    expect(reasons).toMatchObject({
      // +1 800-123-4567 of Aircall's documentation is no number that can exist.
      [String(official['id'])]: 'invalid-number',
      [String(live['id'])]: 'matched',
      [String(transcribed['id'])]: 'matched',
    })
    expect(rows.find((row) => row['call_id'] === String(official['id']))?.['number']).toBe(
      `'${official['raw_digits']}`,
    )
    const byExternalId = new Map([...server.conversations.values()].map((one) => [one['externalId'], one]))
    expect(byExternalId.get(`${live['id']}-cold call`)).toMatchObject({
      type: 'Cold Call',
      subject: 'Aircall \u2013 call made to Sam Poe',
      date: new Date(Number(live['ended_at']) * 1000).toISOString(),
      companyId: template?.['companyId'],
      contactId: '5e26e38abf07307b89e48d60',
      endusers: [{ id: '5e26e38abf07307b89e48d60', name: 'Sam Poe' }],
      custom: { 'Call Recording': live['asset'] },
    })
    expect(byExternalId.get(`${transcribed['id']}-transcript`)?.['description']).toBe(
      '<p>Call was answered.</p><p><strong>Transcript:</strong></p>' +
        '<p><strong>+33679198915:</strong> Okay,</p>' +
        '<p><strong>Agent:</strong> Okay, I guess that&#39;s enough.</p>',
    )
    const before = server.requests.length
    const again = summaryShape.parse((await place.json('backfill', ...range, '--apply')).body)
    expect(again.records).toMatchObject({ create: 0, update: 0 })
    expect(server.requests.slice(before).filter((line) => !line.startsWith('GET'))).toEqual([])
    expect(server.requests.slice(before)).not.toContain(`GET /v1/calls/${transcribed['id']}/transcription`)
  })

  it.each([
    ['error-edge-forbidden', 403, 7, 'AIRCALL_AUTH', 'Forbidden'],
    ['error-edge-unauthorized', 401, 7, 'AIRCALL_AUTH', 'Unauthorized'],
    ['error-edge-not-found', 404, 7, 'HTTP_REFUSED', 'Not Found'],
    ['error-list-cap', 400, 7, 'HTTP_REFUSED', 'limited to 10k results'],
    ['error-application', 400, 7, 'HTTP_REFUSED', 'Bad request'],
  ])('say of %s what Aircall said, and end with exit code 7', async (name, status, exit, code, words) => {
    const { place } = await walk({ instead: { 'GET /v1/calls': [status, fixture(`aircall/${name}`)] } })
    const { body, exitCode } = await place.json('backfill', ...range)
    const { error } = errorShape.parse(body)
    expect(error).toMatchObject({ code, exitCode: exit })
    expect(error.message).toContain(words)
    expect(exitCode).toBe(exit)
  })

  it('goes on without transcripts where the account is not entitled: a warning, exit 0', async () => {
    const path = `GET /v1/calls/${transcribed['id']}/transcription`
    const denial = [403, fixture('aircall/error-not-verified')] as const
    const all = Object.fromEntries(calls.map(({ id }) => [`GET /v1/calls/${id}/transcription`, denial]))
    const { server, place } = await walk({ instead: all })
    const { body, exitCode } = await place.json('backfill', ...range, '--apply')
    const summary = summaryShape.parse(body)
    expect(exitCode).toBe(0)
    expect(summary.transcripts.denied).toBeGreaterThan(0)
    expect(summary.warnings.find((one) => one.code === 'TRANSCRIPTS_DENIED')?.message).toMatch(/not verified/)
    expect(summary.applied?.created).toBeGreaterThan(0)
    expect(server.requests.filter((line) => line === path).length).toBeLessThanOrEqual(1)
  })

  it('names the records of a bulk answer that refuses them: exit 3 and the failures file', async () => {
    const { place, server } = await walk({
      instead: {
        'PUT /conversations': [403, fixture('planhat/bulk-permission')],
        'POST /conversations': [403, fixture('planhat/bulk-permission')],
      },
    })
    const { body, exitCode } = await place.json('backfill', ...range, '--apply')
    expect(server.conversations.size).toBe(0)
    expect([3, 7]).toContain(exitCode)
    const said = JSON.stringify(body)
    expect(exitCode === 7 ? said : readFileSync(summaryShape.parse(body).files.failures, 'utf8')).toMatch(
      /do not have permission/,
    )
  })
})

describe('servers that others wrote', () => {
  it.each<[string, Partial<PlainOptions>]>([
    ['without lines, without links', {}],
    ['below a path of their own', { prefix: '/proxy/aircall' }],
    ['whose list rows are slim', { slimRows: true }],
    ['that answer a bulk write with counts alone', { bulk: 'counts' }],
    ['that answer a bulk write with nothing', { bulk: 'empty' }],
    ['that answer 201 to a create', { createdStatus: 201, bulk: 'not-there' }],
    ['without users', { instead: { 'GET /users': [404, { message: 'Not Found' }] } }],
    ['that keep users to themselves', { instead: { 'GET /users': [403, { message: 'Forbidden' }] } }],
    ['without companies', { instead: { 'GET /companies': [404, 'Not Found'] } }],
  ])('%s are served all the same, once and not twice', async (_, options) => {
    const config = options.bulk === 'not-there' ? { planhat: { strategy: 'single' } } : {}
    const { server, place, pulled } = await walk(options, config)
    expect(pulled.exitCode).toBe(0)
    const first = await place.json('backfill', ...range, '--apply')
    expect(JSON.stringify(first.body)).not.toMatch(/UNEXPECTED/)
    expect(first.exitCode).toBe(0)
    const summary = summaryShape.parse(first.body)
    expect(summary.applied).toMatchObject({ created: summary.records.create, failed: 0 })
    const ids = [...server.conversations.values()].map((one) => one['externalId'])
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain(`${live['id']}-cold call`)
    expect(ids).toHaveLength(summary.records.create)
    const again = await place.json('backfill', ...range, '--apply')
    expect(summaryShape.parse(again.body).records).toMatchObject({ create: 0, update: 0 })
    expect(server.conversations.size).toBe(ids.length)
  })
})
