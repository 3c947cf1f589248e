import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../src/config/settings.ts'
import type { Clock } from '../../../src/domain.ts'
import type { RefusedError, UsageError } from '../../../src/errors.ts'
import { pullIndex } from '../../../src/pipeline/phone-index/build.ts'
import { importIndex } from '../../../src/pipeline/phone-index/import.ts'
import { lookUpNumber, sayLookup } from '../../../src/pipeline/phone-index/lookup.ts'
import { measureIndex } from '../../../src/pipeline/phone-index/stats.ts'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import { createLog } from '../../../src/report/live/log.ts'
import { createProgress } from '../../../src/report/live/progress.ts'
import { sayStats } from '../../../src/report/text/phone-index.ts'
import { openStore } from '../../../src/store/store.ts'
import { aCall } from '../../support/builders.ts'
import { useNock } from '../../support/nock.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/exports/comma-utf8.csv', import.meta.url))
const API = 'https://planhat.example.com'
const A = '5e26e38abf07307b89e48d5a'
const B = '5e26e38abf07307b89e48d5b'
const D = '5e26e38abf07307b89e48d5d'
const C1 = '5e15901391025d870eec1231'
const C2 = '5e15901391025d870eec1232'
let folder = ''
let world: Surroundings

/** Time that passes only by sleeping. */
function createClock(): Clock {
  let nowMs = Date.UTC(2026, 10, 22)
  return {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms
    },
  }
}

useNock()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'index-'))
  const clock = createClock()
  const stream = { write: () => true }
  world = {
    settings: loadSettings({
      flags: { 'state-dir': join(folder, 'state') },
      env: { PLANHAT_API_TOKEN: 'made-up-token', PLANHAT_BASE_URL: API },
      cwd: folder,
    }),
    clock,
    signal: new AbortController().signal,
    log: createLog({ format: 'text', stream, verbose: false, reveal: false }),
    progress: createProgress({ stream: process.stderr, isTTY: false, enabled: false, clock }),
    allow: new Set(),
  }
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('index import', () => {
  it('gives the counts of the contract', async () => {
    expect(await importIndex(world, { file: FIXTURE, map: [] })).toMatchObject({
      endUsers: 5,
      withPhone: 5,
      numbers: 6,
      shared: 1,
      unusable: [
        { reason: 'duplicate-row', count: 1 },
        { reason: 'no-company', count: 1 },
        { reason: 'no-id', count: 1 },
        { reason: 'spreadsheet-exponent', count: 1 },
      ],
      source: 'comma-utf8.csv',
      builtAt: '2026-11-22T00:00:00.000Z',
    })
  })

  it('leaves the index when a file is broken, empty or more than half smaller', async () => {
    await importIndex(world, { file: FIXTURE, map: [] })
    const code = async (file: string) => {
      const error = await importIndex(world, { file, map: [] }).catch((e: unknown) => e)
      return [(error as UsageError | RefusedError).code, (error as UsageError | RefusedError).exitCode]
    }
    expect(await code(write('broken.csv', 'Id,Company Id,Phone\na,c,+12025550143\n"b'))).toEqual([
      'EXPORT_UNREADABLE',
      2,
    ])
    expect(await code(write('empty.csv', 'Id,Company Id,Phone\n'))).toEqual(['INDEX_EMPTY', 6])
    expect(await code(write('small.csv', `Id,Company Id,Phone\n${A},${C1},+12025550143\n`))).toEqual([
      'INDEX_SHRINK',
      6,
    ])
    expect(lookUpNumber(world, { number: '+1 202-555-0145', country: null }).decision).toBe('matched')
  })

  it('takes a smaller file when that is allowed by name, and columns by --map', async () => {
    await importIndex(world, { file: FIXTURE, map: [] })
    const file = write('small.csv', `Key,Account,Cell\n${A},${C1},+12025550143\n`)
    const map = ['id=Key', 'companyId=Account', 'phone=Cell']
    const allowed = { ...world, allow: new Set(['index-shrink']) }
    expect(await importIndex(allowed, { file, map })).toMatchObject({ endUsers: 1, numbers: 1 })
    await expect(importIndex(world, { file, map: ['id'] })).rejects.toMatchObject({ code: 'MAP_UNREADABLE' })
  })

  it('asks Planhat for companies once, when the file names them by external id', async () => {
    const companies = nock(API)
      .get('/companies')
      .query(true)
      .reply(200, [{ _id: C1, name: 'Acme', externalId: 'acme 1', sourceId: '77' }])
    const file = write(
      'external.csv',
      `Id,Company Id,Phone\n${A},extid-acme 1,+12025550143\n${B},extid-none,+12025550144\n${D},srcid-77,+12025550145\n`,
    )
    const result = await importIndex(world, { file, map: [] })
    expect(result).toMatchObject({ endUsers: 2, unusable: [{ reason: 'company-by-external-id', count: 1 }] })
    expect(lookUpNumber(world, { number: '+12025550143', country: null }).endUsers[0]?.companyId).toBe(
      '5e15901391025d870eec1231',
    )
    expect(companies.isDone()).toBe(true)
  })
})

describe('index pull', () => {
  it("reads all End Users, and their national numbers with the company's country", async () => {
    nock(API)
      .get('/companies')
      .query(true)
      .reply(200, [{ _id: C1, name: 'Globex', country: 'France' }])
    nock(API)
      .get('/endusers')
      .query(true)
      .reply(200, [
        {
          _id: A,
          name: 'Zoé',
          companyId: C1,
          companyName: 'Globex',
          phone: '01 76 36 06 95',
          custom: {},
        },
        { _id: B, name: 'Bo', companyId: C2, phone: '202-555-0143', custom: {} },
      ])
    expect(await pullIndex(world)).toMatchObject({ endUsers: 2, numbers: 2, source: 'planhat.example.com' })
    expect(lookUpNumber(world, { number: '+33 1 76 36 06 95', country: null })).toMatchObject({
      decision: 'matched',
      tier: '2',
    })
  })

  it('counts what has no id or one that is none, as an import does, and reads on', async () => {
    nock(API).get('/companies').query(true).reply(200, [])
    nock(API)
      .get('/endusers')
      .query(true)
      .reply(200, [
        { name: 'No id', companyId: C1, phone: '+12025550143', custom: {} },
        { name: 'No id either', companyId: C1, phone: '+12025550144', custom: {} },
        { _id: 7, companyId: C1, phone: '+12025550145', custom: {} },
        { _id: 'NULL', companyId: C1, phone: '+12025550146', custom: {} },
        { _id: A, companyId: '#N/A', phone: '+12025550147', custom: {} },
        { _id: A.replace('a', 'c'), phone: '+12025550148', custom: {} },
        { _id: B, companyId: `${C1};${C2}`, phone: '+12025550149', custom: {} },
        'no object',
        { _id: D, companyId: C1, phone: { mobile: '+12025550150' }, custom: { 'Phone 2': '+12025550151' } },
      ])
    expect(await pullIndex(world)).toMatchObject({
      endUsers: 1,
      withPhone: 1,
      numbers: 1,
      unusable: [
        { reason: 'no-id', count: 5 },
        { reason: 'no-company', count: 2 },
        { reason: 'not-a-number', count: 1 },
        { reason: 'several-company-ids', count: 1 },
      ],
    })
  })

  it('takes an empty answer for an outage', async () => {
    nock(API).get('/companies').query(true).reply(200, [])
    nock(API).get('/endusers').query(true).reply(200, [])
    await expect(pullIndex(world)).rejects.toMatchObject({ code: 'INDEX_EMPTY', exitCode: 6 })
  })
})

describe('index lookup', () => {
  it('refuses to answer before there is an index', () => {
    expect(() => lookUpNumber(world, { number: '+12025550143', country: null })).toThrow(
      expect.objectContaining({ code: 'INDEX_EMPTY', exitCode: 6 }),
    )
  })

  it('shows the End Users with the field, and says why', async () => {
    await importIndex(world, { file: FIXTURE, map: [] })
    const result = lookUpNumber(world, { number: '(202) 555-0143', country: null })
    expect(result).toMatchObject({
      input: '(202) 555-0143',
      e164: '+12025550143',
      decision: 'shared-line',
      tier: '2',
    })
    expect(result.endUsers.map((u) => [u.name, u.companyName, u.field])).toEqual([
      ['Ada Example', 'Initech', 'phone'],
      ['Cleo Example', 'Initech', 'phone'],
    ])
    expect(sayLookup(result)).toContain('with country US (the configured default)')
  })
})

describe('index stats', () => {
  it('lists whose phones cannot be used, with names, ids and reasons, before any call was read', async () => {
    const file = write(
      'phones.csv',
      `Id,Company Id,Phone,Name,Company Name\n${A},${C1},+39 6 1234 5678,Ada,Acme\n${B},${C1},n.n.,Bo,Acme\n`,
    )
    await importIndex(world, { file, map: [] })
    const output = join(folder, 'fix.csv')
    measureIndex(world, { output })
    expect(readFileSync(output, 'utf8').split('\r\n').slice(1)).toEqual([
      'n.n.,not-a-number,,,"The text holds no number. Write it in full, ' +
        `with a plus and the country's code.",Bo,${B},Acme,${C1},phone`,
      expect.stringMatching(
        new RegExp(`old-format,,,.*as \\+390612345678, if that is meant\\..*,Ada,${A},Acme,${C1},phone$`),
      ),
      '',
    ])
  })

  it('names own numbers on End Users and ranks what to fix by the calls it would match', async () => {
    await importIndex(world, { file: FIXTURE, map: [] })
    const store = openStore(world.settings.stateDir)
    const line = { id: '1', name: 'Main', digits: '+1 202-555-0145', country: 'US' }
    const range = { since: 0, until: 2_000_000_000 }
    const readId = store.calls.openRead(range, [], 0)
    const numbers = ['+1 202-555-0199', '+1 202-555-0199', '+1 202-555-0143']
    store.calls.savePage(
      readId,
      numbers.map((rawDigits, i) => aCall({ id: String(i + 1), rawDigits, line })),
      0,
    )
    store.close()
    const output = join(folder, 'hygiene.csv')
    const stats = measureIndex(world, { output })
    expect(stats).toMatchObject({
      coverage: 1,
      sharedNumbers: [{ e164: '+12025550143', endUsers: 2, companies: 1 }],
      ownNumbers: [{ number: '+12025550145', endUsers: ['5e26e38abf07307b89e48d51'] }],
      hygiene: [{ number: '+12025550199', reason: 'unmatched', calls: 2 }],
    })
    const [header, first, second, ...rest] = readFileSync(output, 'utf8').split('\r\n')
    expect(header).toBe(
      '\ufeffnumber,reason,calls,candidates,advice,enduser,enduser_id,company,company_id,field',
    )
    expect(first).toBe("'+12025550199,unmatched,2,,Add it to the End User whose number it is.,,,,,")
    expect(second).toMatch(
      /^'3\.31763E\+10,spreadsheet-exponent,,,.*,Jürgen Beispiel,5e26e38abf07307b89e48d55,/,
    )
    expect(rest).toEqual([''])
    expect(statSync(output).mode & 0o777).toBe(0o600)
    expect(sayStats(stats)).toContain('2 calls: +12025550199, unmatched.')
  })
})
