import type { Surroundings } from '../run/surroundings.ts'
import { checkAgents, checkAircall } from './aircall.ts'
import type { Check, Diagnosis } from './check.ts'
import { checkMachine } from './machine.ts'
import { checkPlanhat } from './planhat.ts'
import { probeByWriting } from './write-probe.ts'

export interface DoctorRequest {
  /** The lower bound of package.json's `engines.node`. */
  readonly engines: string
  /** `process.version`. */
  readonly version: string
  readonly writeProbe: boolean
  readonly companyId: string | null
}

/**
 * Looks at everything a run depends on. Reads only, but for the write probe where it was asked for by name. Nothing that
 * is found ends it early.
 */
export async function diagnose(world: Surroundings, request: DoctorRequest): Promise<Diagnosis> {
  const [machine, aircall, planhat] = await Promise.all([
    checkMachine(world, request),
    checkAircall(world),
    checkPlanhat(world),
  ])
  const checks: Check[] = [...machine, ...aircall.checks, ...planhat.checks]
  if (aircall.agents !== null && planhat.emails !== null)
    checks.push(checkAgents(aircall.agents, planhat.emails, world.settings.config.conversation.users))
  if (request.writeProbe) checks.push(await probeByWriting(world, request))
  return { checks, ok: checks.every(({ status }) => status !== 'failure') }
}
