import type { CountryCode, EndUser } from '../../domain.ts'
import { HttpError } from '../../http/client.ts'
import { readCountryName } from '../../match/country-name.ts'
import type { PlanhatReader } from '../../planhat/client.ts'
import type { IndexResult } from '../../report/text/phone-index.ts'
import type { IndexInfo } from '../../store/phone-index/info.ts'
import { type IndexWriter, SHRINK_GUARD } from '../../store/phone-index/phone-index.ts'
import { openStore, type Store } from '../../store/store.ts'
import { connectPlanhatToRead } from '../run/connect.ts'
import { openDesk, type Session } from '../run/session.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { takeLock } from '../run/take-lock.ts'
import { enforceTenant } from '../run/tenant-pin.ts'
import { withoutErased } from './without-erased.ts'

/** How often a progress line is worth the time it takes. */
const PROGRESS_EVERY = 5000

/**
 * Builds the index from Planhat's API: all End Users but the archived ones.
 * @throws RefusedError INDEX_EMPTY or INDEX_SHRINK; the index in force is then left as it was.
 */
export async function pullIndex(world: Surroundings): Promise<IndexResult> {
  const { name, kind } = sourceOfApi(world)
  return replaceIndex(world, { name, kind }, async (writer, store) => {
    await enforceTenant(openDesk(world, store), ['planhat'])
    // Connected once the profile is ours: the gate begins with a whole spacing after whoever had it.
    await fillFromApi(world, connectPlanhatToRead(world).reader, writer)
  })
}

/** Says where an index from the API comes from. */
export function sourceOfApi({ settings, clock }: Surroundings) {
  const { defaultCountry } = settings.config
  const { host } = new URL(settings.planhatBaseUrl)
  return { name: host, kind: 'api', builtAtMs: clock.nowMs(), defaultCountry } as const
}

/** Reads all End Users, archived ones only where the configuration lets them match. */
export async function fillFromApi(
  world: Surroundings,
  reader: PlanhatReader,
  { add, addProblem }: Pick<IndexWriter, 'add' | 'addProblem'>,
): Promise<void> {
  const { phoneFields, match } = world.settings.config
  const archived = match.archivedMayMatch ? 'include' : 'leave-out'
  const countries = await readCompanyCountries(world, reader)
  const query = { phoneFields, archived, leaveOut: addProblem, signal: world.signal } as const
  for await (const page of reader.endUsers(query)) {
    for (const endUser of page) add(withCountry(endUser, countries))
  }
}

type Write = (writer: IndexWriter, store: Store) => Promise<void>

/** Builds an index under the lock, and puts it in force. @throws RefusedError as `pullIndex` */
export async function replaceIndex(
  world: Surroundings,
  from: Pick<IndexInfo, 'kind'> & { readonly name: string; readonly whyEmpty?: () => readonly string[] },
  write: Write,
): Promise<IndexResult> {
  const { stateDir, config } = world.settings
  const store = openStore(stateDir)
  try {
    const nowMs = world.clock.nowMs()
    const lock = await takeLock(world, 'index')
    try {
      const source = { ...from, builtAtMs: nowMs, defaultCountry: config.defaultCountry }
      const allowShrink = world.allow.has(SHRINK_GUARD)
      world.progress.start(null, 'End Users')
      const info = await store.index.replaceAll({ ...source, allowShrink }, (writer) =>
        write(watch(world, withoutErased(world, store, writer)), store),
      )
      return toResult(info)
    } finally {
      world.progress.stop()
      lock.release()
    }
  } finally {
    store.close()
  }
}

function watch(world: Pick<Surroundings, 'signal' | 'progress'>, writer: IndexWriter): IndexWriter {
  let count = 0
  return {
    addProblem: (reason) => writer.addProblem(reason),
    add(endUser, origin) {
      writer.add(endUser, origin)
      count += 1
      if (count % PROGRESS_EVERY > 0) return
      world.signal.throwIfAborted()
      world.progress.update(count)
    },
  }
}

export function toResult({ kind: _, builtAtMs, ...info }: IndexInfo): IndexResult {
  return { ...info, builtAt: new Date(builtAtMs).toISOString() }
}

function withCountry(endUser: EndUser, countries: ReadonlyMap<string, CountryCode>): EndUser {
  if (endUser.country !== null) return endUser
  const country = countries.get(endUser.companyId)
  return country === undefined ? endUser : { ...endUser, country }
}

/** A national number is read with its company's country where the End User has none. */
async function readCompanyCountries(
  world: Surroundings,
  reader: PlanhatReader,
): Promise<Map<string, CountryCode>> {
  const countries = new Map<string, CountryCode>()
  try {
    for await (const page of reader.companies(world.signal)) {
      for (const { id, country } of page) {
        const code = country === null ? null : readCountryName(country)
        if (code !== null) countries.set(id, code)
      }
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    const { defaultCountry } = world.settings.config
    world.log.warn(
      'COMPANIES_UNREADABLE',
      `Companies could not be read (${error.status}): national numbers are read as ${defaultCountry}.`,
    )
  }
  return countries
}

/**
 * Pulls the index when there is none (a lost state is rebuilt from the two APIs), or again when
 * it came from the API and is older than `index.maxAgeHours`; one from a file is a person's.
 */
export async function refreshOldIndex(session: Session, reader: PlanhatReader): Promise<void> {
  const { store, settings, clock, progress, allow } = session
  const info = store.index.info()
  if (info !== null && info.kind !== 'api') return
  const maxAgeMs = settings.config.index.maxAgeHours * 3_600_000
  if (info !== null && clock.nowMs() - info.builtAtMs < maxAgeMs) return
  progress.start(null, 'End Users')
  await store.index.replaceAll(
    { ...sourceOfApi(session), allowShrink: allow.has('index-shrink') },
    (writer) => fillFromApi(session, reader, watch(session, withoutErased(session, store, writer))),
  )
  progress.stop()
}
