/** Makes call number N in Aircall's words, as it looks at a given moment. */
import type { RawCall, RawUser } from '../aircall/types.ts'
import { type CallScript, writeScript } from './call-script.ts'
import { notesOf } from './note-maker.ts'
import { hashParts, STREAM } from './random.ts'
import { createTimetable, type Timetable, type TimetableOptions } from './timetable.ts'
import type { Caller, Truth, World } from './world-types.ts'

/** Above 2^32, as Aircall's ids soon are (4186780376 was seen in 2026: docs/reference/aircall-api.md section 3). */
export const FIRST_CALL_ID = 4_300_000_000
/** Ids of one company's calls are not neighbours. */
const ID_STEP = 3
/** "Calls are rewritten after they end", for about 20 minutes (docs/reference/aircall-api.md section 2). */
const MATURE_SECONDS = 1200
const NO_CALL_IS_LONGER = 2 * 3600

export interface CallMaker {
  countAt(nowSeconds: number): number
  idOf(index: number): number
  indexOf(id: number): number | null
  /** UNIX seconds as Aircall shows it now: a young call's start may still move by one. */
  startOf(index: number, nowSeconds: number): number
  scriptOf(index: number): CallScript
  make(index: number, nowSeconds: number): RawCall
  truthOf(index: number, nowSeconds: number): Truth
}

export interface CallMakerOptions extends TimetableOptions {
  readonly world: World
  readonly matures: () => boolean
  readonly transferMarks?: () => 'earlier' | 'later' | 'both'
}

interface Times {
  readonly start: number
  readonly answeredAt: number | null
  readonly plannedEnd: number
  readonly live: boolean
  readonly young: boolean
}

/** Start, answer and end of a call, and where it stands now. */
function timesOf(
  timetable: Timetable,
  o: CallMakerOptions,
  at: { index: number; script: CallScript; now: number },
): Times {
  const { index, script, now } = at
  const start = timetable.startOf(index)
  // The two calls going on at the beginning go on for a while.
  const goesOn = o.calls >= 20 && index >= o.calls - 2 && index < o.calls
  const plannedEnd = start + script.ringSeconds + script.talkSeconds + (goesOn ? 600 : 0)
  const live = now < plannedEnd
  return {
    start,
    answeredAt: script.course === 'answered' ? start + script.ringSeconds : null,
    plannedEnd,
    live,
    young: !live && now < plannedEnd + MATURE_SECONDS,
  }
}

/** The fields of a call that its age decides. */
function stageOf(times: Times, o: { now: number; maturing: boolean }) {
  return {
    status: statusAt(times, o.now),
    answered_at: times.answeredAt !== null && times.answeredAt <= o.now ? times.answeredAt : null,
    ended_at: times.live ? null : times.plannedEnd,
    duration: times.live ? 0 : times.plannedEnd - times.start + (o.maturing ? 1 : 0),
    cost: o.maturing ? '0.0' : '3.0',
    pricing_type: o.maturing ? null : 'in_bundle',
  }
}

export function createCallMaker(options: CallMakerOptions): CallMaker {
  const { world } = options
  const timetable = createTimetable(options)
  const idOf = (index: number): number => FIRST_CALL_ID + index * ID_STEP

  function scriptOf(index: number): CallScript {
    const first = timetable.isTransferred(index - 1) ? writeScript(world, index - 1, null).caller : null
    const script = writeScript(world, index, first)
    return index < options.calls ? script : { ...script, ...hurried(script) }
  }

  function startOf(index: number, now: number): number {
    const start = timetable.startOf(index)
    if (!options.matures() || start < now - NO_CALL_IS_LONGER) return start
    if (hashParts(world.seed, STREAM.callTime, index) % 3 !== 0) return start
    const { live, young } = timesOf(timetable, options, { index, script: scriptOf(index), now })
    // It stays behind its predecessor, so that the list keeps its order.
    const isFree = index === 0 || timetable.startOf(index - 1) < start - 1
    return (live || young) && isFree ? start - 1 : start
  }

  function make(index: number, now: number): RawCall {
    const script = scriptOf(index)
    const times = timesOf(timetable, options, { index, script, now })
    return {
      ...describeCall(world, script, idOf(index)),
      ...transferMarksOf(index),
      comments: notesOf({
        seed: world.seed,
        index,
        id: idOf(index),
        agent: agentOf(world, script),
        endedAt: times.plannedEnd,
        now,
      }),
      started_at: startOf(index, now),
      ...stageOf(times, { now, maturing: options.matures() && times.young }),
      ...assetsOf(script, idOf(index), times.live),
    }
  }

  function transferMarksOf(index: number): Record<string, unknown> {
    const marks = options.transferMarks?.() ?? 'earlier'
    const to = marks !== 'later' && timetable.isTransferred(index) ? scriptOf(index + 1) : null
    const by = marks !== 'earlier' && timetable.isTransferred(index - 1) ? scriptOf(index - 1) : null
    return {
      ...(to === null ? {} : { transferred_to: agentOf(world, to) }),
      ...(by === null ? {} : { transferred_by: agentOf(world, by) }),
    }
  }

  return {
    countAt: timetable.countAt,
    idOf,
    indexOf(id) {
      const index = (id - FIRST_CALL_ID) / ID_STEP
      return Number.isInteger(index) && index >= 0 ? index : null
    },
    startOf,
    scriptOf,
    make,
    truthOf(index, now) {
      const script = scriptOf(index)
      return timesOf(timetable, options, { index, script, now }).live
        ? { bucket: 'in-progress' }
        : script.caller.truth
    },
  }
}

/** Whoever watches calls come in does not wait ten minutes for the first to end. */
function hurried({ ringSeconds, talkSeconds }: CallScript): Pick<CallScript, 'ringSeconds' | 'talkSeconds'> {
  return { ringSeconds: Math.min(ringSeconds, 4), talkSeconds: Math.min(talkSeconds, 6 + (talkSeconds % 20)) }
}

function statusAt(times: Times, now: number): RawCall['status'] {
  if (!times.live) return 'done'
  return times.answeredAt !== null && times.answeredAt <= now ? 'answered' : 'initial'
}

function agentOf(world: World, { agent }: CallScript): RawUser | null {
  return agent === null ? null : (world.agents[agent] ?? null)
}

function assetsOf(
  script: CallScript,
  id: number,
  live: boolean,
): Pick<RawCall, 'voicemail' | 'recording' | 'asset'> {
  const signed = `https://recordings.example.com/${id}.mp3?expires=3600`
  const none = { voicemail: null, recording: null, asset: null }
  if (live) return none
  if (script.course === 'voicemail') {
    return { voicemail: signed, recording: null, asset: `https://assets.aircall.io/calls/${id}/voicemail` }
  }
  // A recording needs five seconds of talk (docs/reference/aircall-api.md section 4).
  if (script.course !== 'answered' || script.talkSeconds < 5) return none
  return { voicemail: null, recording: signed, asset: `https://assets.aircall.io/calls/${id}/recording` }
}

const colleagues = new WeakMap<World, Map<string | undefined, Caller[]>>()

function colleaguesOf(world: World, companyId: string | undefined): Caller[] {
  let byCompany = colleagues.get(world)
  if (!byCompany) {
    byCompany = Map.groupBy(world.callers.known, (caller) => caller.truth.companyId)
    colleagues.set(world, byCompany)
  }
  return byCompany.get(companyId) ?? []
}

function conferenceOf(world: World, script: CallScript, agent: RawUser | null): Record<string, unknown> {
  if (!script.conference) return {}
  const mate = colleaguesOf(world, script.caller.truth.companyId).find(
    (other) => other.e164 !== script.caller.e164,
  )
  const external = [script.caller, ...(mate ? [mate] : [])].map((party) => ({
    type: 'external',
    phone_number: party.e164,
  }))
  const internal = agent ? [{ id: agent.id, type: 'user', name: agent.name }] : []
  return { conference_participants: [...external, ...internal] }
}

/** The part of a call that does not change with time. Keys as of a live item of September 2026. */
function describeCall(world: World, script: CallScript, id: number) {
  const agent = agentOf(world, script)
  const line = world.lines[script.line] ?? null
  return {
    id,
    sid: `CA${id.toString(16).padStart(32, '0')}`,
    direct_link: `https://api.aircall.io/v1/calls/${id}`,
    direction: script.direction,
    missed_call_reason: script.missedReason,
    archived: false,
    raw_digits: script.caller.raw,
    user: agent,
    contact: null,
    assigned_to: null,
    transferred_by: null,
    transferred_to: null,
    comments: [],
    number: line,
    teams: [],
    tags: script.tagged ? [{ id: 77, name: 'Follow-up', created_at: 1_790_603_071, tagged_by: agent }] : [],
    recording_short_url: null,
    voicemail_short_url: null,
    country_code_a2: line?.country ?? null,
    ...conferenceOf(world, script, agent),
  }
}
