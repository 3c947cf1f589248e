import { toMatchSettings } from '../../config/defaults.ts'
import type { Call, MatchSettings } from '../../domain.ts'
import { readExternalParty } from '../../match/external-number.ts'
import type { Desk } from '../run/session.ts'

/** Every number of the other side that stands on a call, in E.164. */
export function externalNumbers(call: Call, settings: Pick<MatchSettings, 'defaultCountry'>): string[] {
  const party = readExternalParty(call, settings)
  return party.kind === 'number' ? [party.e164, ...party.others] : []
}

/**
 * Calls of erased people become husks before they are stored: an id and a time, without which Aircall's totals could
 * not be proven and every run would take the call for a new one. No number, no name, no recording, no transcript.
 */
export function concealErased(
  { store, settings, clock }: Pick<Desk, 'store' | 'settings' | 'clock'>,
  calls: readonly Call[],
): Call[] {
  if (store.erased.isEmpty) return [...calls]
  const matchSettings = toMatchSettings(settings.config)
  return calls.map((call) => {
    const isErased =
      store.erased.has('call', call.id) ||
      externalNumbers(call, matchSettings).some((number) => store.erased.has('number', number))
    if (!isErased) return call
    store.erased.add('call', call.id, clock.nowMs())
    return huskOf(call)
  })
}

function huskOf({ id, direction, startedAt }: Call): Call {
  return {
    id,
    direction,
    status: 'done',
    startedAt,
    answeredAt: null,
    endedAt: startedAt,
    missedReason: null,
    rawDigits: null,
    hasVoicemail: false,
    asset: null,
    agent: null,
    line: null,
    participants: [],
    tags: [],
    comments: [],
    teams: [],
    transferredBy: null,
    transferredTo: null,
  }
}
