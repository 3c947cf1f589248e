import { removeSurely } from '../../apply/lost.ts'
import { RecordError } from '../../errors.ts'
import type { PlanhatReader } from '../../planhat/client.ts'
import type { HeldRecord } from '../../records.ts'
import { connectPlanhat } from '../run/connect.ts'
import { isoOf } from '../run/run.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { attempt, type Check, failure, ok, warning } from './check.ts'

const NAME = 'write probe'

/**
 * Writes one Conversation of the configured type, reads it back and deletes it: the only way to know that Planhat keeps
 * the type, and that the token may create and delete.
 */
export function probeByWriting(world: Surroundings, o: { companyId: string | null }): Promise<Check> {
  return attempt(NAME, async () => {
    const { reader, openWriter } = connectPlanhat(world, { maxAttempts: 2, timeoutMs: 20_000 })
    const companyId = o.companyId ?? (await firstCompany(world, reader))
    const writer = openWriter()
    const { _id } = await writer.create(probeBody(world, companyId), world.signal)
    let held: HeldRecord | null = null
    try {
      held = await reader.conversation({ id: _id }, world.signal)
    } finally {
      const refusal = await removeSurely({ writer, clock: world.clock }, _id)
      if (refusal !== null) {
        // What was left behind is named even when reading it back failed too.
        world.log.warn(
          'PROBE_LEFT',
          `The probe ${_id} could not be deleted (${refusal.message}): delete it by hand.`,
        )
      }
    }
    return judge(world, held, companyId)
  })
}

function judge({ settings }: Surroundings, held: HeldRecord | null, companyId: string): Check {
  const { type, recordingField } = settings.config.conversation
  if (held === null)
    return failure(NAME, 'was accepted by Planhat and then not found', 'ask Planhat about it')
  if (held.type !== type) {
    const made = `make the type "${type}" in Planhat (Settings > Conversation types), spelt just so`
    return failure(NAME, `sent as "${type}", stored as "${held.type}"`, made)
  }
  if (held.custom[recordingField] === undefined) {
    const remedy = `make the custom field "${recordingField}" on Conversation, of kind url`
    return warning(NAME, `type "${type}" is kept; the custom field "${recordingField}" is not`, remedy)
  }
  return ok(NAME, `written under company ${companyId} as "${type}", read back, deleted`)
}

async function firstCompany({ signal }: Surroundings, reader: PlanhatReader): Promise<string> {
  for await (const [company] of reader.companies(signal)) if (company !== undefined) return company.id
  throw new RecordError('PROBE_COMPANY', 'Planhat has no company to write the probe under.', {
    suggestions: ['aircall-sync doctor --write-probe --company ID'],
  })
}

function probeBody({ settings, clock }: Surroundings, companyId: string): object {
  const { type, recordingField } = settings.config.conversation
  const at = isoOf(clock.nowMs())
  return {
    externalId: `aircall-sync-probe-${clock.nowMs()}`,
    type,
    subject: 'aircall-sync write probe, deleted at once',
    description: '<p>Written by aircall-sync doctor --write-probe.</p>',
    date: at,
    companyId,
    custom: { [recordingField]: 'https://example.com/aircall-sync-write-probe' },
  }
}
