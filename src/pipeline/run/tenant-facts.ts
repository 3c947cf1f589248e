import { digest } from '../../conversation/digest.ts'
import { PROBE_ANSWERS } from '../../store/stored/facts.ts'
import type { Desk } from './session.ts'

/** The questions of `doctor --write-probe`, in the order of docs/contract.md section 14. */
export const PROBE_NAMES = [
  'bulk-matches-external-id',
  'post-twice',
  'type-kept',
  'unknown-custom-key',
  'custom-field-kept',
  'extid-path-with-space',
  'contact-id-stored',
  'end-user-by-email',
  'description-kept',
  'html-kept',
  'date-kept',
  'company-moves',
] as const
export type ProbeName = (typeof PROBE_NAMES)[number]

/** One answer as `doctor --json` has it. `unknown` where it could not be had, with its reason in `detail`. */
export interface ProbeAnswer {
  readonly name: ProbeName
  readonly answer: string
  readonly detail: string
}

/** What is known of a tenant because it was asked by writing. */
export interface TenantAnswers {
  readonly atMs: number
  readonly answers: readonly ProbeAnswer[]
  /** Whether a bulk upsert finds a record of the same company by its external id; null where that is unknown. */
  readonly bulkMatches: boolean | null
}

/** Where Planhat's users stand, as they were read last. */
export const USERS_KEY = 'planhat.users'

type Place = Pick<Desk, 'settings' | 'store'>

/** Names the tenant that something was learnt about, without naming its secret. */
export function tenantKey({ settings }: Pick<Desk, 'settings'>, fact: string): string {
  return `${fact}:${tenantOf(settings)}`
}

/** The tenant by host and token, as sixteen hex digits from which neither can be read. */
export function tenantOf({ planhatBaseUrl, credentials }: Desk['settings']): string {
  return digest([planhatBaseUrl, credentials.planhat?.reveal() ?? '']).slice(0, 16)
}

const ANSWERS = 'probe-answers'

export function keepAnswers(place: Place, answers: TenantAnswers): void {
  place.store.meta.write(tenantKey(place, ANSWERS), PROBE_ANSWERS, answers as never)
}

/** Null where nobody asked this tenant. What an older or newer version asked under another name is left out. */
export function knownAnswers(place: Place): TenantAnswers | null {
  const kept = place.store.meta.read(tenantKey(place, ANSWERS), PROBE_ANSWERS)
  if (kept === null) return null
  const answers = kept.answers.flatMap(({ name, ...rest }) => {
    const known = PROBE_NAMES.find((one) => one === name)
    return known === undefined ? [] : [{ name: known, ...rest }]
  })
  return { ...kept, answers }
}

export function answerTo(place: Place, name: ProbeName): string | null {
  return knownAnswers(place)?.answers.find((one) => one.name === name)?.answer ?? null
}

/** A new token of the same tenant: what was learnt with the one before holds. `before` is what `tenantOf` said then. */
export function carryAnswers(place: Place, before: string): void {
  const { meta } = place.store
  const kept = meta.get(`${ANSWERS}:${before}`)
  const key = tenantKey(place, ANSWERS)
  if (kept !== null && meta.get(key) === null) meta.set(key, kept)
}
