import type { AircallClient } from '../../aircall/client.ts'
import { canHaveTranscript } from '../../aircall/transcript.ts'
import type { Agent, Call, PlanhatUser } from '../../domain.ts'
import { FatalError, RetryableError } from '../../errors.ts'
import { HttpError } from '../../http/client.ts'
import { type AircallConnection, connectAircallAccount } from '../run/connect.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { attempt, type Check, checkSkew, ok, warning } from './check.ts'
import { checkInsights } from './insights.ts'
import { withState } from './machine.ts'
import { checkWebhooks } from './webhooks.ts'

const WEEK_SECONDS = 7 * 86_400

export interface AircallFindings {
  readonly checks: Check[]
  /** Null where the list could not be read. */
  readonly agents: readonly Agent[] | null
  /** The company's name at Aircall; null where it could not be read. */
  readonly account: string | null
}

/**
 * Reachability, credentials, clock, calls, lines, transcripts, insights. At
 * most one transcript and one insight of each kind is asked for.
 */
export async function checkAircall(world: Surroundings): Promise<AircallFindings> {
  const checks: Check[] = []
  let dateMs: number | null = null
  let connection: AircallConnection | null = null
  let account: string | null = null
  checks.push(
    await attempt('aircall credentials', async () => {
      connection = connectAircallAccount(world, { maxAttempts: 2, timeoutMs: 20_000 })
      const client = connection.calls
      dateMs = (await ping(client)).dateMs
      account = await accountName(client)
      const named = account === null ? '' : `, account ${account}`
      return ok('aircall credentials', `accepted by ${world.settings.aircallBaseUrl}${named}`)
    }),
  )
  // Without credentials everything else would only repeat it.
  if (connection === null || checks.some(({ status }) => status === 'failure'))
    return { checks, agents: null, account }
  const skew = checkSkew('aircall clock', dateMs, world.clock.nowMs())
  return { account, ...(await continueWith(world, connection, [...checks, skew])) }
}

async function continueWith(
  world: Surroundings,
  { calls: client, webhooks }: AircallConnection,
  checks: Check[],
): Promise<Omit<AircallFindings, 'account'>> {
  let calls: readonly Call[] = []
  let agents: readonly Agent[] | null = null
  checks.push(
    await attempt('aircall calls', async () => {
      const to = Math.floor(world.clock.nowMs() / 1000)
      const page = await client.listCalls({ from: to - WEEK_SECONDS, to, page: 1, signal: world.signal })
      calls = page.calls
      return ok('aircall calls', `readable; ${page.total} in the last 7 days`)
    }),
    await attempt('aircall lines', () => checkLines(world, client)),
    await attempt('aircall transcripts', () => checkTranscripts(world, client, calls)),
    await attempt('aircall users', async () => {
      const { items, unreadable } = await client.listUsers(world.signal)
      agents = items
      return sayListed('aircall users', `${items.length} readable`, unreadable)
    }),
    await attempt('aircall webhooks', () => checkWebhooks(webhooks, world.signal)),
  )
  checks.push(...(await checkInsights(world, client, calls)))
  return { checks, agents }
}

/**
 * Aircall answers a wrong pair with 403, as it does for what an account is not entitled to
 * (docs/reference/aircall-api.md section 1). On `/v1/ping`, which everybody may ask, it can only be the pair.
 */
async function ping(client: AircallClient): Promise<{ dateMs: number | null }> {
  try {
    return await client.ping()
  } catch (error) {
    if (!(error instanceof FatalError)) throw error
    throw new FatalError(
      'AIRCALL_AUTH',
      `${error.message}. On this endpoint that means a wrong id or token.`,
      {
        suggestions: [
          'copy AIRCALL_API_ID and AIRCALL_API_TOKEN again; an admin makes a new key under Integrations > API keys',
        ],
        cause: error,
      },
    )
  }
}

/** The name tells a person whether it is the right account; not every key may read it. */
async function accountName(client: AircallClient): Promise<string | null> {
  try {
    return (await client.company()).name
  } catch (error) {
    if (error instanceof HttpError || error instanceof FatalError || error instanceof RetryableError)
      return null
    throw error
  }
}

async function checkLines(world: Surroundings, client: AircallClient): Promise<Check> {
  try {
    const { items, unreadable } = await client.listNumbers(world.signal)
    const readable = `${items.length} readable; their numbers are never taken for a customer's`
    return sayListed('aircall lines', readable, unreadable)
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    return warning(
      'aircall lines',
      `cannot be listed (${error.status}): only lines seen on calls are known as your own`,
      'name the others in match.ownNumbers',
    )
  }
}

function sayListed(name: string, readable: string, unreadable: readonly string[]): Check {
  const [why] = unreadable
  return why === undefined
    ? ok(name, readable)
    : warning(
        name,
        `${readable}; ${unreadable.length} not (${why})`,
        'report it: Aircall gives them in another form',
      )
}

async function checkTranscripts(
  world: Surroundings,
  client: AircallClient,
  recent: readonly Call[],
): Promise<Check> {
  const name = 'aircall transcripts'
  if (!world.settings.config.transcripts.enabled) return ok(name, 'switched off by transcripts.enabled')
  const call = recent.findLast(canHaveTranscript) ?? lastKnown(world)
  if (call === null) return ok(name, 'not asked: no call of the last 7 days can have one')
  const answer = await client.getTranscription(call.id, world.signal)
  if (answer.kind === 'ready') return ok(name, `readable (call ${call.id})`)
  if (answer.kind === 'empty')
    return ok(name, `the account may ask; call ${call.id} has none (${answer.status})`)
  return warning(
    name,
    `refused with 403 (${answer.message}) while the credentials are good: the account is not entitled`,
    'book an Aircall AI package and switch transcription on for each ' +
      "number; with both, ask Aircall's support to verify the company",
  )
}

function lastKnown({ settings, clock }: Surroundings): Call | null {
  const now = Math.floor(clock.nowMs() / 1000)
  return withState(settings.stateDir, (store) => {
    const calls = store?.calls.iterate({ since: now - 8 * WEEK_SECONDS, until: now }) ?? []
    for (const call of calls) if (canHaveTranscript(call)) return call
    return null
  })
}

/** Calls of agents whom Planhat does not know carry a name and an e-mail, but no Planhat user. */
export function checkAgents(
  agents: readonly Agent[],
  planhatUsers: readonly PlanhatUser[],
  mapped: Readonly<Record<string, string>>,
): Check {
  const name = 'users'
  const emails = new Set(planhatUsers.map(({ email }) => email?.toLowerCase()))
  const isMapped = ({ email, name: said }: Agent) =>
    [email?.toLowerCase(), email, said].some((key) => key != null && Object.hasOwn(mapped, key))
  const strangers = agents.filter(
    (agent) => !isMapped(agent) && (agent.email === null || !emails.has(agent.email.toLowerCase())),
  )
  if (strangers.length === 0) return ok(name, `every one of ${agents.length} Aircall users is a Planhat user`)
  const shown = strangers.slice(0, 5).map((agent) => agent.email ?? agent.name ?? agent.id)
  const more = strangers.length > shown.length ? ` and ${strangers.length - shown.length} more` : ''
  const found = warning(
    name,
    `${strangers.length} of ${agents.length} Aircall users have no Planhat user with their e-mail`,
    'add them to Planhat, or name their Planhat ids in conversation.users',
  )
  return { ...found, people: `${shown.join(', ')}${more}` }
}
