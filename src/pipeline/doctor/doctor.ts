import { homedir } from 'node:os'
import type { Surroundings } from '../run/surroundings.ts'
import { knownAnswers, type ProbeAnswer } from '../run/tenant-facts.ts'
import { checkAccounts } from './accounts.ts'
import { checkAgents, checkAircall } from './aircall.ts'
import { judgeAnswers } from './answers.ts'
import type { Check, Diagnosis } from './check.ts'
import { checkMachine, withState } from './machine.ts'
import { checkPlanhat } from './planhat.ts'
import { type Companies, probeByWriting, tidyAfterProbe } from './write-probe.ts'

export interface DoctorRequest {
  /** The lower bound of package.json's `engines.node`. */
  readonly engines: string
  /** `process.version`. */
  readonly version: string
  /** The companies to write the probe in; null to read only. */
  readonly probeIn: Companies | null
}

const FAILED = 7

/**
 * Looks at everything a run depends on. Reads only, but for the write probe where it was
 * asked for, and for what one that was killed has left. Nothing that is found ends it early.
 */
export async function diagnose(world: Surroundings, request: DoctorRequest): Promise<Diagnosis> {
  // First: whoever opens the state closes a folder that others could read.
  const machine = await checkMachine(world, request)
  const probing = request.probeIn === null ? null : await probeByWriting(world, request.probeIn)
  const probed = probing?.checks ?? (await tidyAfterProbe(world))
  const kept = keptAnswers(world)
  const [aircall, planhat] = await Promise.all([checkAircall(world), checkPlanhat(world, kept)])
  const checks: Check[] = [...machine, ...aircall.checks, ...planhat.checks, ...judgeAnswers(kept), ...probed]
  if (aircall.agents !== null && planhat.users !== null)
    checks.push(checkAgents(aircall.agents, planhat.users, world.settings.config.conversation.users))
  checks.push(...checkAccounts(world, { account: aircall.account, users: planhat.users }))
  const ok = checks.every(({ status }) => status !== 'failure')
  const exitCode = probing?.exitCode ?? (ok ? 0 : FAILED)
  return { checks, ok, probes: probing?.probes ?? kept, exitCode }
}

function keptAnswers({ settings }: Surroundings): readonly ProbeAnswer[] {
  return withState(settings.stateDir, (store) =>
    store === null ? [] : (knownAnswers({ settings, store })?.answers ?? []),
  )
}

/** As `--json` has it, a report that can be sent on: no person, no e-mail, no name of a home folder. */
export function withoutPersons(diagnosis: Diagnosis): Diagnosis {
  const clean = (text: string) =>
    text.replaceAll(homedir(), '~').replace(/[^\s"'<>:,;()]+@[^\s"'<>:,;()]+/gu, '(an e-mail)')
  const checks = diagnosis.checks.map(({ name, status, message, remedy }) => ({
    name,
    status,
    message: clean(message),
    remedy: remedy === null ? null : clean(remedy),
  }))
  return { ...diagnosis, checks }
}
