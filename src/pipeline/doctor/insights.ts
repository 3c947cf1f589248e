import type { AircallClient } from '../../aircall/client.ts'
import type { Insight } from '../../content-settings.ts'
import type { Call } from '../../domain.ts'
import { canHaveInsights } from '../intake/insights.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { attempt, type Check, ok, warning } from './check.ts'

/** Each insight that is on, asked of one call: an account may have one and not the other. */
export async function checkInsights(
  world: Surroundings,
  client: AircallClient,
  recent: readonly Call[],
): Promise<Check[]> {
  const call = recent.findLast((one) => canHaveInsights(world, one))
  const checks: Check[] = []
  for (const kind of world.settings.config.conversation.content.insights) {
    const name = `aircall insight ${kind}`
    checks.push(
      call === undefined
        ? ok(name, 'not asked: no call of the last 7 days can have one')
        : await attempt(name, () => checkOne(world, client, { name, kind, callId: call.id })),
    )
  }
  return checks
}

async function checkOne(
  { signal }: Surroundings,
  client: AircallClient,
  { name, kind, callId }: { readonly name: string; readonly kind: Insight; readonly callId: string },
): Promise<Check> {
  const answer = await client.getInsight(kind, callId, signal)
  if (answer.kind === 'ready') return ok(name, `readable (call ${callId})`)
  if (answer.kind === 'empty')
    return ok(name, `the account may ask; call ${callId} has none (${answer.status})`)
  return warning(
    name,
    `refused with 403 (${answer.message}) while the credentials are good: the account has not got it`,
    'book an Aircall AI package that has it, or take it out of conversation.content.insights',
  )
}
