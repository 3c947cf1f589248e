import type { PlanhatUser } from '../../domain.ts'
import { FatalError } from '../../errors.ts'
import type { PlanhatReader } from '../../planhat/client.ts'
import type { CustomField } from '../../planhat/tenant.ts'
import { connectPlanhatToRead } from '../run/connect.ts'
import type { Surroundings } from '../run/surroundings.ts'
import type { ProbeAnswer } from '../run/tenant-facts.ts'
import { nameTenant } from '../run/tenant-pin.ts'
import { attempt, type Check, checkSkew, failure, ok, warning } from './check.ts'
import { checkCustomFields, checkMandatoryFields } from './custom-fields.ts'
import { withState } from './machine.ts'

/** Every endpoint this program reads, and what it is read for. */
const ENDPOINTS = [
  ['/endusers', 'to match calls'],
  ['/companies', 'for countries of numbers'],
  ['/users', 'to name agents'],
  ['/conversations', 'to compare'],
  ['/customfields', 'for this check'],
] as const
/** Without these a run still works. */
const OPTIONAL: ReadonlySet<string> = new Set(['/companies', '/customfields'])

export interface PlanhatFindings {
  readonly checks: Check[]
  /** Null where they could not be read. */
  readonly users: readonly PlanhatUser[] | null
}

/** Credentials, permission for each endpoint, custom fields, conversation type. Reads only. */
export async function checkPlanhat(
  world: Surroundings,
  answers: readonly ProbeAnswer[],
): Promise<PlanhatFindings> {
  let reader: PlanhatReader | null = null
  let dateMs: number | null = null
  const token = await attempt('planhat credentials', async () => {
    reader = connectPlanhatToRead(world, { maxAttempts: 2, timeoutMs: 20_000 }).reader
    const answer = await reader.probe('/users', world.signal)
    dateMs = answer.dateMs
    if (answer.status === 401) throw refusedToken(answer.message)
    return ok('planhat credentials', `accepted by ${world.settings.planhatBaseUrl}`)
  })
  if (reader === null || token.status === 'failure') return { checks: [token], users: null }
  const checks = [token, checkSkew('planhat clock', dateMs, world.clock.nowMs())]
  for (const [path, purpose] of ENDPOINTS) checks.push(await checkEndpoint(world, reader, path, purpose))
  const refused = new Set(checks.filter(({ status }) => status !== 'ok').map(({ name }) => name))
  if (!refused.has('planhat /customfields')) checks.push(...(await checkFields(world, reader)))
  checks.push(checkType(world, answers))
  if (refused.has('planhat /users')) return { checks, users: null }
  const { users, check } = await readUsers(world, reader)
  return { checks: [...checks, check], users }
}

function refusedToken(message: string): FatalError {
  return new FatalError('PLANHAT_AUTH', `The Planhat token is not accepted (401: ${message}).`, {
    suggestions: [
      'check PLANHAT_API_TOKEN (Settings > Private Apps > API Access Token), and PLANHAT_BASE_URL for another region',
    ],
  })
}

function checkEndpoint(
  { signal }: Surroundings,
  reader: PlanhatReader,
  path: string,
  purpose: string,
): Promise<Check> {
  const name = `planhat ${path}`
  return attempt(name, async () => {
    const { status, message } = await reader.probe(path, signal)
    if (status < 400) return ok(name, `readable, ${purpose}`)
    const remedy = `let the private app read ${path.slice(1)}: Planhat > Settings > Private Apps > Permissions`
    const said = `not readable (${status}${message === '' ? '' : `: ${message}`}), needed ${purpose}`
    return OPTIONAL.has(path) ? warning(name, said, remedy) : failure(name, said, remedy)
  })
}

async function checkFields({ settings, signal }: Surroundings, reader: PlanhatReader): Promise<Check[]> {
  let fields: CustomField[] | null = null
  const reading = await attempt('custom fields', async () => {
    const all = await reader.customFields(signal)
    fields = all.filter(({ parent }) => parent === 'conversation')
    return ok('custom fields', `${fields.length} on Conversations`)
  })
  if (fields === null) return [reading]
  const { conversation } = settings.config
  return [...checkCustomFields(fields, conversation), checkMandatoryFields(fields, conversation)]
}

/** No list of types can be read (docs/reference/planhat-api.md section 2): only records tell, or a written probe. */
function checkType({ settings }: Surroundings, answers: readonly ProbeAnswer[]): Check {
  const name = 'conversation type'
  const { type } = settings.config.conversation
  const seen = withState(settings.stateDir, (store) => {
    if (store === null) return null
    const counts = { same: 0, note: 0 }
    for (const { externalId, type: remote } of store.snapshot.iterate()) {
      if (remote === type) counts.same += 1
      else if (remote === 'note' && externalId !== undefined && store.ledger.get(externalId) !== null)
        counts.note += 1
    }
    return counts
  })
  const remedy = `make the type "${type}" in Planhat (Settings > Conversation types), spelt just so`
  if (seen !== null && seen.note > 0)
    return failure(name, `${seen.note} records that were sent as "${type}" are stored as "note"`, remedy)
  if (seen !== null && seen.same > 0) return ok(name, `"${type}", on ${seen.same} Conversations seen last`)
  const asked = answers.find((one) => one.name === 'type-kept' && one.detail.includes(`"${type}"`))
  if (asked?.answer === 'yes') return ok(name, `"${type}" is kept: the write probe saw it`)
  if (asked?.answer === 'no') return failure(name, asked.detail, remedy)
  return warning(
    name,
    `"${type}" cannot be checked by reading: Planhat stores a type it does not know as "note" without a word`,
    'aircall-sync doctor --write-probe --company ID asks by writing in one company, and takes away what it wrote',
  )
}

/** They also tell which tenant it is: Planhat's API has no name for one. */
async function readUsers({ signal }: Surroundings, reader: PlanhatReader) {
  let users: readonly PlanhatUser[] | null = null
  const check = await attempt('planhat users', async () => {
    users = await reader.users(signal)
    return ok('planhat users', `readable; the tenant is that of ${nameTenant(users)}`)
  })
  return { users, check }
}
