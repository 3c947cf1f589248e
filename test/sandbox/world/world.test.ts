import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import { BUCKETS, type CountryCode } from '../../../src/domain.ts'
import { COUNTRIES, createNumberSource, unknownNumber } from '../../../src/sandbox/world/numbers.ts'
import { useSandbox } from '../../support/sandbox.ts'

function e164(raw: string, country: CountryCode | null): string | null {
  const number = parsePhoneNumberFromString(raw, { defaultCountry: (country ?? 'US') as 'US', extract: true })
  return number?.isValid() ? number.number : null
}

describe('the made-up numbers', () => {
  it('are valid by libphonenumber in all their spellings, and never given out twice', () => {
    const take = createNumberSource()
    const seen = new Set<string>()
    for (let round = 0; round < 3000; round += 1) {
      for (const country of COUNTRIES) {
        const number = take(country)
        if (!number) throw new Error('ran out')
        expect(seen.has(number.e164)).toBe(false)
        seen.add(number.e164)
        if (round % 7 !== 0) continue
        expect(e164(number.e164, null)).toBe(number.e164)
        expect(e164(number.pretty, null)).toBe(number.e164)
        expect(e164(number.national, number.country)).toBe(number.e164)
      }
    }
    for (let at = 0; at < 1; at += 0.01) {
      const number = unknownNumber('FR', at)
      expect(e164(number.pretty, null)).toBe(number.e164)
      expect(seen.has(number.e164)).toBe(false)
    }
  })

  it('run out into another country, and in the end into none', () => {
    const take = createNumberSource()
    let given = 0
    while (take('DE') !== null) given += 1
    expect(given).toBeGreaterThan(140_000)
  })
})

describe('the truth about the made-up calls', () => {
  it('covers every bucket that a call can have', async () => {
    const sandbox = await useSandbox({ calls: 3000, endUsers: 400 })
    const buckets = new Set([...sandbox.aircall.calls()].map((call) => sandbox.truth(call.id).bucket))
    expect([...buckets].sort()).toEqual(BUCKETS.filter((bucket) => bucket !== 'filtered').toSorted())
  })

  it('agrees with libphonenumber on who has the number of a matched, shared or ambiguous call', async () => {
    const { world, aircall, truth } = await useSandbox({ calls: 3000, endUsers: 400 })
    const holders = new Map<string, { id: string; company: string }[]>()
    const countryOf = new Map(world.companies.map((company) => [company._id, company.country]))
    for (const person of world.endUsers) {
      if (person.archived) continue
      const texts = [person.phone, String(person.custom['Phone 2'] ?? '')].flatMap((text) =>
        text.split(/ \/ |; /),
      )
      for (const text of texts) {
        const cleaned = text.replace(/^00 ?/, '+').replace(/\s+(ext\.|x)\s*\d+$/, '')
        const number = e164(cleaned, countryOf.get(person.companyId) ?? null)
        if (number)
          holders.set(number, [...(holders.get(number) ?? []), { id: person._id, company: person.companyId }])
      }
    }
    for (const call of aircall.calls()) {
      const said = truth(call.id)
      const own = world.lines.some((line) => line.digits === call.raw_digits)
      const number = e164(call.raw_digits ?? '', call.number?.country ?? null)
      const found = own ? [] : (holders.get(number ?? '') ?? [])
      const companies = new Set(found.map((one) => one.company))
      if (said.bucket === 'in-progress') continue
      if (said.bucket === 'matched') expect(found).toEqual([{ id: said.endUserId, company: said.companyId }])
      else if (said.bucket === 'shared-line') {
        expect(found.length).toBeGreaterThan(1)
        expect([...companies]).toEqual([said.companyId])
      } else if (said.bucket === 'ambiguous') expect(companies.size).toBeGreaterThan(1)
      else expect(found).toEqual([])
      if (said.bucket === 'invalid-number') expect(number).toBeNull()
      if (said.bucket === 'unmatched' || said.bucket === 'proposed') expect(number).not.toBeNull()
    }
  })

  it('is the same for the same seed, and another for another', async () => {
    const [one, same, other] = await Promise.all([useSandbox(), useSandbox(), useSandbox({ seed: 2 })])
    expect([...same.aircall.calls()]).toEqual([...one.aircall.calls()])
    expect(same.world).toEqual(one.world)
    expect([...other.aircall.calls()]).not.toEqual([...one.aircall.calls()])
  })

  it('names an End User who has one of the own lines', async () => {
    const { world } = await useSandbox()
    const lines = world.lines.map((line) => line.digits)
    expect(world.endUsers.filter((person) => lines.includes(person.phone))).toHaveLength(1)
  })
})

describe('a world of a million calls', () => {
  it('ascends by start and by id, and finds a window without making the calls before it', async () => {
    const { aircall } = await useSandbox({ calls: 1_000_000, endUsers: 100 })
    const { nowSeconds } = aircall
    const range = aircall.range(nowSeconds - 30 * 86_400, nowSeconds - 29 * 86_400)
    expect(range.total).toBeGreaterThan(10_000)
    const calls = range.page(0, 500, 'asc')
    for (const [at, call] of calls.entries()) {
      const before = calls[at - 1]
      if (!before) continue
      expect(call.started_at).toBeGreaterThanOrEqual(before.started_at)
      expect(call.id).toBeGreaterThan(before.id)
    }
  })
})
