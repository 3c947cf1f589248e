import { describe, expect, it } from 'vitest'
import type { RawCall } from '../../../src/sandbox/aircall/types.ts'
import { askSandbox, createManualClock, SANDBOX_NOW_MS, useSandbox } from '../../support/sandbox.ts'

const NOW = SANDBOX_NOW_MS / 1000

describe('credentials', () => {
  it('answers 401 without a header and 403 for a wrong pair, on ping too', async () => {
    const sandbox = await useSandbox()
    const none = await askSandbox(sandbox, '/v1/ping', { authorization: null })
    expect([none.status, none.json]).toEqual([401, { message: 'Unauthorized' }])
    const wrong = await askSandbox(sandbox, '/v1/calls', { authorization: `Basic ${btoa('a:b')}` })
    expect([wrong.status, wrong.json]).toEqual([403, { message: 'Forbidden' }])
    const right = await askSandbox(sandbox, '/v1/ping')
    expect([right.status, right.json]).toEqual([200, { ping: 'pong' }])
  })
})

describe('the list of calls', () => {
  it('gives 20 a page by default and clamps more than 50 to 50, saying so', async () => {
    const sandbox = await useSandbox()
    const usual = await askSandbox(sandbox, '/v1/calls')
    expect(usual.json.meta).toMatchObject({ count: 20, total: 200, current_page: 1, per_page: 20 })
    const clamped = await askSandbox(sandbox, '/v1/calls?per_page=100')
    expect(clamped.json.meta).toMatchObject({ count: 50, per_page: 50 })
    expect((await askSandbox(sandbox, '/v1/calls?per_page=0')).status).toBe(400)
  })

  it('takes `from` as exclusive and `to` as inclusive, on started_at', async () => {
    const sandbox = await useSandbox({ calls: 10 })
    const start = sandbox.aircall.addCall({ started_at: NOW - 5 * 86_400 }).started_at
    const count = async (from: number, to: number) =>
      (await askSandbox(sandbox, `/v1/calls?from=${from}&to=${to}`)).json.meta.total
    expect(await count(start - 1, start)).toBe(1)
    expect(await count(start, start + 1)).toBe(0)
    expect(await count(start - 2, start - 1)).toBe(0)
  })

  it('reads every call once when it is paged to a null link, in ascending order', async () => {
    const sandbox = await useSandbox({ calls: 333, days: 1 })
    const calls: RawCall[] = []
    for (let page = 1; ; page += 1) {
      const { json } = await askSandbox(sandbox, `/v1/calls?per_page=50&page=${page}`)
      calls.push(...json.calls)
      if (json.meta.next_page_link === null) break
    }
    expect(new Set(calls.map((call) => call.id)).size).toBe(333)
    expect(calls).toEqual(calls.toSorted((a, b) => a.started_at - b.started_at || a.id - b.id))
    expect(calls.every((call) => call.id > 2 ** 32)).toBe(true)
    const descending = await askSandbox(sandbox, '/v1/calls?per_page=1&order=desc')
    expect(descending.json.calls[0].id).toBe(calls.at(-1)?.id)
  })

  it('answers 200 and empty past the end, and the odd 400 body past 10,000 rows whatever the total is', async () => {
    const sandbox = await useSandbox()
    const past = await askSandbox(sandbox, '/v1/calls?per_page=50&page=200')
    expect([past.status, past.json.calls]).toEqual([200, []])
    const cap = await askSandbox(sandbox, '/v1/calls?per_page=50&page=201')
    expect(cap.status).toBe(400)
    expect(cap.json).toMatchObject({
      error: 'Bad Request',
      data: null,
      message: 'BAD_REQUEST',
      success: false,
    })
    expect(cap.json.errors).toContain('limited to 10k results')
    expect((await askSandbox(sandbox, '/v1/numbers?per_page=20&page=501')).status).toBe(400)
  })

  it('drops the fetch parameters from its links but keeps the window', async () => {
    const sandbox = await useSandbox()
    const { json } = await askSandbox(sandbox, `/v1/calls?from=0&to=${NOW}&fetch_contact=true`)
    expect(json.meta.next_page_link).toContain('from=0')
    expect(json.meta.next_page_link).not.toContain('fetch_contact')
    sandbox.switches.pageLinks = 'always'
    const last = await askSandbox(sandbox, '/v1/calls?per_page=50&page=4')
    expect(last.json.meta.next_page_link).not.toBeNull()
  })

  it('leaves out in silence what is older than six months', async () => {
    const sandbox = await useSandbox({ calls: 400, days: 400 })
    const old = await askSandbox(sandbox, `/v1/calls?from=0&to=${NOW - 181 * 86_400}`)
    expect([old.status, old.json.meta.total]).toEqual([200, 0])
    const all = await askSandbox(sandbox, '/v1/calls')
    expect(all.json.meta.total).toBeLessThan(200)
  })

  it('shows a total above 10,000 exactly or saturated', async () => {
    const sandbox = await useSandbox({ calls: 12_000 })
    expect((await askSandbox(sandbox, '/v1/calls')).json.meta.total).toBe(12_000)
    sandbox.switches.totals = 'saturated'
    expect((await askSandbox(sandbox, '/v1/calls')).json.meta.total).toBe(10_000)
  })

  it('fills contact and short urls only when asked', async () => {
    const sandbox = await useSandbox()
    const plain = await askSandbox(sandbox, '/v1/calls?per_page=50')
    expect(plain.json.calls.every((call: RawCall) => call['contact'] === null)).toBe(true)
    const rich = await askSandbox(sandbox, '/v1/calls?per_page=50&fetch_contact=true&fetch_short_urls=true')
    expect(rich.json.calls.some((call: RawCall) => call['contact'] !== null)).toBe(true)
    expect(rich.json.calls.some((call: RawCall) => call['recording_short_url'] !== null)).toBe(true)
  })

  it('filters a search by direction, user, number and all tags', async () => {
    const sandbox = await useSandbox()
    const sample = [...sandbox.aircall.calls()].find(
      (call) => call.user && call.direction === 'outbound',
    ) as RawCall
    const digits = encodeURIComponent(sample.raw_digits ?? '')
    const path = `/v1/calls/search?direction=outbound&user_id=${sample.user?.id}&phone_number=${digits}`
    const { json } = await askSandbox(sandbox, path)
    expect(json.calls.map((call: RawCall) => call.id)).toContain(sample.id)
    expect(json.meta.total).toBeLessThan(200)
    const tagged = await askSandbox(sandbox, '/v1/calls/search?tags[]=77&tags[]=78')
    expect(tagged.json.meta.total).toBe(0)
  })
})

describe('one call', () => {
  it('has the keys of a live item, and conference participants only where there was a conference', async () => {
    const sandbox = await useSandbox({ calls: 2000 })
    const calls = [...sandbox.aircall.calls()]
    // docs/reference/aircall-api.md section 3, measured 2026-09-28.
    const keys =
      'id sid direct_link direction status missed_call_reason started_at answered_at ended_at duration archived cost ' +
      'voicemail recording asset raw_digits user contact assigned_to ' +
      'transferred_by transferred_to comments number teams ' +
      'tags recording_short_url voicemail_short_url country_code_a2 pricing_type'
    const plain = calls.find((call) => !('conference_participants' in call)) as RawCall
    expect(Object.keys(plain).sort()).toEqual(keys.split(' ').sort())
    const conference = calls.find((call) => 'conference_participants' in call) as RawCall
    const parties = conference['conference_participants'] as { type: string; phone_number?: string }[]
    expect(parties.filter((party) => party.type === 'external').length).toBeGreaterThan(0)
    expect(
      parties.filter((party) => party.type === 'user').every((party) => !('phone_number' in party)),
    ).toBe(true)
  })

  it('is of every kind: answered, missed with and without a user, voicemail, anonymous', async () => {
    const sandbox = await useSandbox({ calls: 2000 })
    const calls = [...sandbox.aircall.calls()]
    const has = (fits: (call: RawCall) => boolean): boolean => calls.some(fits)
    const missed = calls.filter((call) => call.missed_call_reason !== null && call.voicemail === null)
    expect(new Set(missed.map((call) => call.missed_call_reason)).size).toBe(6)
    expect(missed.some((call) => call.user === null)).toBe(true)
    expect(missed.some((call) => call.user !== null)).toBe(true)
    expect(has((call) => call.voicemail !== null && call.asset?.endsWith('/voicemail') === true)).toBe(true)
    expect(has((call) => call.raw_digits === 'anonymous')).toBe(true)
    for (const call of calls.filter((one) => one.ended_at !== null)) {
      expect(call.duration).toBeGreaterThanOrEqual(
        (call.ended_at ?? 0) - (call.answered_at ?? call.ended_at ?? 0),
      )
    }
  })

  it('is 404 for an unknown id', async () => {
    const sandbox = await useSandbox()
    expect((await askSandbox(sandbox, '/v1/calls/1')).status).toBe(404)
    expect((await askSandbox(sandbox, '/v1/calls/4300000000')).json.call.id).toBe(4_300_000_000)
  })
})

describe('calls that change', () => {
  it('shows a call in progress without an end, and the same call done later', async () => {
    const clock = createManualClock()
    const sandbox = await useSandbox({ clock })
    const live = [...sandbox.aircall.calls()].filter((call) => call.ended_at === null)
    expect(live.length).toBeGreaterThan(0)
    const id = live[0]?.id ?? 0
    expect(sandbox.truth(id)).toEqual({ bucket: 'in-progress' })
    clock.advance(3 * 3_600_000)
    const later = await askSandbox(sandbox, `/v1/calls/${id}`)
    expect(later.json.call.status).toBe('done')
    expect(sandbox.truth(id).bucket).not.toBe('in-progress')
  })

  it('rewrites duration, cost and sometimes the start of a call within 20 minutes of its end', async () => {
    const clock = createManualClock()
    const sandbox = await useSandbox({ clock, calls: 400, days: 1, switches: { arrivalsPerMinute: 10 } })
    clock.advance(30 * 60_000)
    const young = [...sandbox.aircall.calls()].filter((call) => call['cost'] === '0.0')
    clock.advance(60 * 60_000)
    const changes = young.map((call) => (sandbox.aircall.get(call.id)?.started_at ?? 0) - call.started_at)
    expect(new Set(changes)).toEqual(new Set([0, 1]))
    for (const call of young) expect(sandbox.aircall.get(call.id)?.duration).toBe(call.duration - 1)
  })

  it('lets calls arrive by the clock and between the pages of a reader', async () => {
    const clock = createManualClock()
    const sandbox = await useSandbox({ clock, switches: { arrivalsPerMinute: 2, arrivalEveryPages: 2 } })
    clock.advance(10 * 60_000)
    expect((await askSandbox(sandbox, '/v1/calls')).json.meta.total).toBe(220)
    expect((await askSandbox(sandbox, '/v1/calls')).json.meta.total).toBe(221)
  })

  it('takes calls that a test adds, changes and removes, each in its place', async () => {
    const sandbox = await useSandbox({ calls: 50 })
    const known = sandbox.world.callers.known[0]
    const added = sandbox.aircall.addCall({ started_at: NOW - 20 * 86_400, raw_digits: known?.raw ?? null })
    expect(sandbox.truth(added.id)).toEqual(known?.truth)
    sandbox.aircall.patchCall(added.id, { started_at: NOW - 10 * 86_400 })
    const moved = await askSandbox(sandbox, `/v1/calls?from=${NOW - 10 * 86_400 - 1}&to=${NOW - 10 * 86_400}`)
    expect(moved.json.calls.map((call: RawCall) => call.id)).toContain(added.id)
    sandbox.aircall.removeCall(added.id)
    expect((await askSandbox(sandbox, `/v1/calls/${added.id}`)).status).toBe(404)
    expect(sandbox.aircall.size).toBe(50)
  })

  it('gives a transferred call a second, inbound half with the same caller', async () => {
    const sandbox = await useSandbox({ calls: 2000 })
    const calls = [...sandbox.aircall.calls()]
    const at = calls.findIndex((call) => call['transferred_to'] !== null)
    expect(calls[at + 1]).toMatchObject({ raw_digits: calls[at]?.raw_digits, direction: 'inbound' })
  })
})

describe('transcription', () => {
  it('gives a call or voicemail transcript with every kind of speaker and awkward text', async () => {
    const sandbox = await useSandbox({ calls: 1500 })
    const kinds = new Set<string>()
    const speakers = new Set<string>()
    let text = ''
    let most = 0
    let unordered = false
    for (const call of sandbox.aircall.calls()) {
      const found = sandbox.aircall.transcript(call.id)
      if (found.kind !== 'ready') continue
      const { utterances } = found.transcription.content
      kinds.add(found.transcription.type)
      most = Math.max(most, utterances.length)
      unordered ||= utterances.some((one, at) => one.start_time < (utterances[at - 1]?.start_time ?? 0))
      for (const one of utterances) speakers.add(one.participant_type)
      text += utterances.map((one) => one.text).join('\n')
    }
    expect([...kinds].sort()).toEqual(['call', 'voicemail'])
    expect([...speakers].sort()).toEqual(['ai_voice_agent', 'external', 'internal'])
    expect(most).toBeGreaterThan(100)
    expect(unordered).toBe(true)
    for (const hard of ['<b>', '&', '"', '👍']) expect(text).toContain(hard)
  })

  it('plays 404 now and 200 later, 404 for ever, an empty 200 and a 202', async () => {
    const clock = createManualClock()
    const sandbox = await useSandbox({ clock, calls: 600, days: 4 })
    const ask = async () => {
      const kinds = new Map<number, string>()
      for (const call of sandbox.aircall.calls()) kinds.set(call.id, sandbox.aircall.transcript(call.id).kind)
      return kinds
    }
    const before = await ask()
    clock.advance(14 * 3_600_000)
    const after = await ask()
    const ripened = [...before].filter(([id, kind]) => kind === 'missing' && after.get(id) === 'ready')
    expect(ripened.length).toBeGreaterThan(5)
    const status = async (wanted: string) => {
      const [id] = [...after].find(([, kind]) => kind === wanted) ?? []
      return askSandbox(sandbox, `/v1/calls/${id}/transcription`)
    }
    expect((await status('missing')).status).toBe(404)
    expect((await status('accepted')).status).toBe(202)
    const empty = await status('empty')
    expect([empty.status, empty.json.transcription.content.utterances]).toEqual([200, []])
    const never = [...after].find(([, kind]) => kind === 'missing')?.[0] ?? 0
    sandbox.aircall.ripen(never)
    expect((await askSandbox(sandbox, `/v1/calls/${never}/transcription`)).status).toBe(200)
  })

  it('refuses with 403 on this path only when the account is not entitled', async () => {
    const sandbox = await useSandbox({ switches: { transcripts: 'denied' } })
    const denied = await askSandbox(sandbox, '/v1/calls/4300000000/transcription')
    expect([denied.status, denied.json.message]).toEqual([403, 'Forbidden access: company is not verified.'])
    expect((await askSandbox(sandbox, '/v1/calls')).status).toBe(200)
    sandbox.switches.transcripts = 'ok'
    expect((await askSandbox(sandbox, '/v1/calls/abc/transcription')).status).toBe(400)
  })
})

describe('other resources', () => {
  it('lists lines, and users in v2 only', async () => {
    const sandbox = await useSandbox()
    expect((await askSandbox(sandbox, '/v1/numbers')).json.numbers).toHaveLength(6)
    expect((await askSandbox(sandbox, '/v2/users?per_page=50')).json.users).toHaveLength(12)
    expect((await askSandbox(sandbox, '/v2/users/agent1@brightline.example')).json.user.id).toBe(2_000_001)
    expect((await askSandbox(sandbox, '/v1/users')).status).toBe(404)
    expect((await askSandbox(sandbox, '/v1/company')).json.company.users_count).toBe(12)
    sandbox.switches.numbersEndpoint = 'missing'
    expect((await askSandbox(sandbox, '/v1/numbers')).status).toBe(404)
  })
})

describe('the rate limit', () => {
  it.each([
    ['seconds', 'x-aircallapi-reset', String(NOW + 60)],
    ['milliseconds', 'x-aircallapi-reset', String((NOW + 60) * 1000)],
    ['retry-after', 'retry-after', '60'],
  ] as const)('says when to come back in %s, only on the 429', async (style, header, value) => {
    const sandbox = await useSandbox({ aircallRpm: 3, switches: { rateHeaders: style } })
    for (let round = 0; round < 3; round += 1) {
      const passed = await askSandbox(sandbox, '/v1/ping')
      expect([passed.status, passed.headers.get(header)]).toEqual([200, null])
    }
    const refused = await askSandbox(sandbox, '/v1/ping')
    expect([refused.status, refused.headers.get(header)]).toEqual([429, value])
  })

  it('opens again in the next minute, or 60 s after the excess when it blocks', async () => {
    const clock = createManualClock(SANDBOX_NOW_MS + 50_000)
    const sandbox = await useSandbox({ clock, aircallRpm: 1, switches: { rateHeaders: 'none' } })
    const ping = async () => (await askSandbox(sandbox, '/v1/ping')).status
    expect([await ping(), await ping()]).toEqual([200, 429])
    clock.advance(10_000)
    expect(await ping()).toBe(200)
    sandbox.switches.rateWindow = 'block'
    expect([await ping(), await ping()]).toEqual([200, 429])
    clock.advance(59_000)
    expect(await ping()).toBe(429)
    clock.advance(1000)
    expect(await ping()).toBe(200)
  })
})
