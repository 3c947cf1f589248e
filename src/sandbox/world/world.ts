/** The made-up tenant: everything but the calls, which `call-maker.ts` makes one by one. */
import { makeAgents, makeCustomFields, makeLines, makePlanhatUsers } from './account.ts'
import { makeCast, makeCompanies } from './cast.ts'
import { createNumberSource } from './numbers.ts'
import type { Caller, Truth, World } from './world-types.ts'

export interface WorldOptions {
  readonly seed: number
  readonly endUsers: number
  readonly companies: number
  /** UNIX milliseconds; the world is made relative to it. */
  readonly nowMs: number
  readonly newId: () => string
}

/** Makes the whole cast from a seed; the same options give the same world, id for id. */
export function makeWorld(options: WorldOptions): World {
  const takeNumber = createNumberSource()
  const lines = makeLines(takeNumber)
  const agents = makeAgents()
  // Two at least: a number borne in two companies needs two companies.
  const companies = makeCompanies(options.seed, Math.max(2, options.companies), options.newId)
  const ownNumber = lines[1]?.digits ?? ''
  const cast = makeCast({ ...options, companies, takeNumber, ownNumber })
  const own = lines.map((line): Caller => {
    const e164 = `+${line.digits.replaceAll(/\D/g, '')}`
    return { raw: line.digits, e164, country: line.country, name: null, truth: { bucket: 'own-number' } }
  })
  return {
    seed: options.seed,
    nowMs: options.nowMs,
    companies,
    endUsers: cast.endUsers,
    users: makePlanhatUsers(agents, options.newId),
    customFields: makeCustomFields(options.newId),
    agents,
    lines,
    callers: { ...cast.callers, own },
  }
}

/** Answers, for a number in E.164, what a call from it is in this world. */
export function createTruthBook(world: World): (e164: string) => Truth {
  let book: Map<string, Truth> | null = null
  return (e164) => {
    book ??= new Map(
      Object.values(world.callers)
        .flat()
        .map((caller) => [caller.e164 ?? caller.raw, caller.truth]),
    )
    return book.get(e164) ?? { bucket: 'unmatched' }
  }
}
