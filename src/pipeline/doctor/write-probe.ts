import { FatalError, LockedError, SyncError } from '../../errors.ts'
import { openStore, type Store } from '../../store/store.ts'
import { connectPlanhat, type PlanhatConnection } from '../run/connect.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { takeLock } from '../run/take-lock.ts'
import { keepAnswers, knownAnswers, type ProbeAnswer, tenantOf } from '../run/tenant-facts.ts'
import { type Check, failure, ok, warning } from './check.ts'
import { withState } from './machine.ts'
import { askAll, type Probing } from './probes/ask-all.ts'
import { readNotes } from './probes/notes.ts'
import { type Left, type Tidying, takeAwayNoted } from './probes/take-away.ts'

const NAME = 'write probe'
/** A question writes a megabyte. */
const PATIENCE = { maxAttempts: 2, timeoutMs: 60_000 }

export type Connect = (world: Surroundings) => PlanhatConnection
export type Companies = readonly [string] | readonly [string, string]

export interface ProbeResult {
  readonly checks: readonly Check[]
  readonly probes: readonly ProbeAnswer[]
  /** docs/contract.md section 14: 7 where writing is forbidden, 3 where an answer is missing or a record is left. */
  readonly exitCode: 0 | 3 | 7
}

/**
 * Asks the tenant by writing what Planhat does not document (docs/contract.md
 * section 14), and keeps the answers. Under the lock of the profile.
 * @throws LockedError when another run holds it.
 */
export function probeByWriting(
  world: Surroundings,
  companies: Companies,
  connect: Connect = connectToProbe,
): Promise<ProbeResult> {
  return withLockedState(world, async (store) => {
    try {
      return await probe(world, store, { companies, planhat: connect(world) })
    } catch (error) {
      if (!(error instanceof FatalError)) throw error
      return { checks: [failed(error)], probes: [], exitCode: 7 }
    }
  })
}

async function probe(
  world: Surroundings,
  store: Store,
  o: { companies: Companies; planhat: PlanhatConnection },
): Promise<ProbeResult> {
  const { settings, signal } = world
  const [companyId, otherCompanyId = null] = o.companies
  const tidying = tidyingWith(world, store, o.planhat)
  const before = await takeAwayNoted(tidying)
  const { conversation } = settings.config
  const asked = await askAll({ ...tidying, companyId, otherCompanyId, conversation, signal })
  if (asked.forbidden === null) keep(world, store, asked)
  const left = [...before.left, ...asked.left]
  const missing = asked.answers.filter(({ answer }) => answer === 'unknown').length
  const known = `${asked.answers.length - missing} of ${asked.answers.length} questions answered`
  return {
    checks: [
      ...(asked.forbidden === null
        ? [
            ok(
              NAME,
              `${known} in company ${o.companies.join(' and ')}${left.length === 0 ? '; nothing is left' : ''}`,
            ),
          ]
        : [failed(asked.forbidden)]),
      ...left.map(nameLeft),
    ],
    probes: asked.answers,
    exitCode: asked.forbidden !== null ? 7 : missing + left.length > 0 ? 3 : 0,
  }
}

/** What an earlier round knew and this one could not find out stays known. */
function keep({ settings, clock }: Surroundings, store: Store, asked: Probing): void {
  const place = { settings, store }
  const before = knownAnswers(place)
  const answers = asked.answers.map((one) => {
    const known = one.answer === 'unknown' ? before?.answers.find(({ name }) => name === one.name) : undefined
    return known ?? one
  })
  const bulkMatches = asked.bulkMatches ?? before?.bulkMatches ?? null
  keepAnswers(place, { atMs: clock.nowMs(), answers, bulkMatches })
}

/** Takes away, or names, what a probe that was killed has left. Nothing to say where nothing is noted. */
export async function tidyAfterProbe(
  world: Surroundings,
  connect: Connect = connectToProbe,
): Promise<Check[]> {
  const noted = withState(world.settings.stateDir, (store) => (store === null ? [] : readNotes(store)))
  if (noted.length === 0) return []
  try {
    const { removed, left } = await withLockedState(world, (store) =>
      takeAwayNoted(tidyingWith(world, store, connect(world))),
    )
    const said = `took away ${removed} that an earlier write probe left in Planhat`
    return [...(removed > 0 ? [ok(NAME, said)] : []), ...left.map(nameLeft)]
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    const names = noted.map(({ externalId, companyIds }) => `"${externalId}" in ${companyIds.join(' or ')}`)
    const message = `may have left ${names.join(', ')} in Planhat: ${error.message}`
    const remedy = error instanceof LockedError ? 'run doctor again when it has ended' : 'run doctor again'
    return [warning(NAME, message, remedy)]
  }
}

async function withLockedState<T>(world: Surroundings, work: (store: Store) => Promise<T>): Promise<T> {
  const store = openStore(world.settings.stateDir)
  try {
    const lock = await takeLock(world, 'doctor')
    try {
      return await work(store)
    } finally {
      lock.release()
    }
  } finally {
    store.close()
  }
}

function connectToProbe(world: Surroundings): PlanhatConnection {
  return connectPlanhat(world, PATIENCE)
}

function tidyingWith({ settings, clock }: Surroundings, store: Store, planhat: PlanhatConnection): Tidying {
  return { reader: planhat.reader, writer: planhat.openWriter(), store, clock, tenant: tenantOf(settings) }
}

function nameLeft({ what, why }: Left): Check {
  return warning(NAME, `${what} is left: ${why}`, 'aircall-sync doctor')
}

function failed(error: SyncError): Check {
  return failure(NAME, error.message, error.suggestions[0] ?? `see ${error.code} in docs/errors.md`)
}
