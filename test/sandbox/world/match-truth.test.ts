import { describe, expect, it } from 'vitest'
import { parseCall } from '../../../src/aircall/call.ts'
import type { EndUser, Match } from '../../../src/domain.ts'
import { matchCall } from '../../../src/match/match.ts'
import { createMemoryIndex } from '../../../src/match/phone-index.ts'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import type { Truth } from '../../../src/sandbox/world/world-types.ts'
import { useSandbox } from '../../support/sandbox.ts'

const settings = { defaultCountry: 'US', fallbackNumber: null, ownNumbers: [], archivedMayMatch: false }

/** The cards as an index built from Planhat has them, the company's country supplied. */
function readCards({ world }: Sandbox): EndUser[] {
  const countries = new Map(world.companies.map((company) => [company._id, company.country]))
  return world.endUsers.map((person) => ({
    id: person._id,
    name: person.name,
    email: person.email ?? null,
    companyId: person.companyId,
    companyName: person.companyName,
    country: countries.get(person.companyId) ?? null,
    archived: person.archived,
    phones: [
      { field: 'phone', raw: person.phone },
      { field: 'custom.Phone 2', raw: String(person.custom['Phone 2'] ?? '') },
    ],
  }))
}

function summarise(match: Match): Truth {
  if (match.kind === 'matched') {
    return { bucket: match.kind, endUserId: match.endUsers[0].id, companyId: match.companyId }
  }
  return match.kind === 'shared-line'
    ? { bucket: match.kind, companyId: match.companyId }
    : { bucket: match.kind }
}

describe('matching against the made-up truth', () => {
  it.each([1, 2, 3])('puts every call of seed %i where the world says it belongs', async (seed) => {
    const sandbox = await useSandbox({ seed, calls: 3000, endUsers: 500 })
    const index = createMemoryIndex(readCards(sandbox), settings.defaultCountry)
    const ownNumbers = new Set(sandbox.world.lines.map((line) => `+${line.digits.replaceAll(/\D/g, '')}`))
    const calls = [...sandbox.aircall.calls()]
    expect(calls).toHaveLength(3000)
    const wrong = calls.flatMap((raw) => {
      const found = summarise(matchCall(parseCall(raw), { index, settings, ownNumbers }))
      const said = sandbox.truth(raw.id)
      return JSON.stringify(found) === JSON.stringify(said)
        ? []
        : [{ id: raw.id, raw: raw.raw_digits, said, found }]
    })
    expect(wrong).toEqual([])
  })
})
