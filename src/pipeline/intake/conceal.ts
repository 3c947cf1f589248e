import { compileRedactor } from '../../conversation/redact.ts'
import type { Call, CountryCode } from '../../domain.ts'
import { callCountry } from '../../match/external-number.ts'
import { identifyNumber } from '../../match/identity.ts'
import type { Desk } from '../run/session.ts'

/**
 * Every number of the other side that stands on a call, valid or not: what its
 * texts say, as `identifyNumber` has it.
 */
export function writtenNumbers(call: Call, country: CountryCode): string[] {
  const external = call.participants.filter(({ kind }) => kind === 'external' || kind === 'contact')
  const texts = new Set([call.rawDigits, ...external.map(({ phoneNumber }) => phoneNumber)])
  return [...texts].flatMap((text) => (text === null ? [] : identifyNumber(text, country).written))
}

type Concealing = Pick<Desk, 'store' | 'settings' | 'clock'>

/**
 * What may be kept of calls as Aircall gives them: nothing of an erased person, and notes without what is redacted.
 * `readOnly`: the state is open to be read alone.
 */
export function conceal(
  desk: Concealing,
  calls: readonly Call[],
  { readOnly = false } = {},
): readonly Call[] {
  return redactNotes(desk, concealErased(desk, calls, readOnly))
}

/** As with transcripts: before anything is stored, so that no copy of what was cut out exists here. */
function redactNotes({ settings }: Concealing, calls: readonly Call[]): readonly Call[] {
  const { config } = settings
  if (config.transcripts.redact.length === 0 || calls.every(({ comments }) => comments.length === 0))
    return calls
  const redact = compileRedactor(config.transcripts.redact, config)
  return calls.map((call) => ({
    ...call,
    comments: call.comments.map((one) => ({ ...one, content: redact(one.content).text })),
  }))
}

/**
 * Calls of erased people become husks before they are stored: an id and a time, without which Aircall's totals could
 * not be proven and every run would take the call for a new one. No number, no name, no recording, no transcript.
 */
function concealErased(
  { store, settings, clock }: Concealing,
  calls: readonly Call[],
  readOnly: boolean,
): readonly Call[] {
  if (store.erased.isEmpty) return calls
  return calls.map((call) => {
    const isErased =
      store.erased.has('call', call.id) ||
      writtenNumbers(call, callCountry(call, settings.config)).some((number) =>
        store.erased.has('number', number),
      )
    if (!isErased) return call
    if (readOnly) store.erased.note('call', call.id)
    else store.erased.add('call', call.id, clock.nowMs())
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
