/** Who called whom and how it went: the script of one call, before it is put into Aircall's words. */
import { unknownNumber } from './numbers.ts'
import { createRandom, hashParts, integerBetween, pickFrom, pickWeighted, STREAM } from './random.ts'
import type { Caller, CallerKind, World } from './world-types.ts'

export type CallKind = CallerKind | 'unknown' | 'anonymous' | 'invalid'
export type Course = 'answered' | 'missed' | 'voicemail'

export interface CallScript {
  readonly kind: CallKind
  readonly caller: Caller
  readonly direction: 'inbound' | 'outbound'
  readonly course: Course
  readonly ringSeconds: number
  /** Talk, or the length of the voicemail; 0 when nobody spoke. */
  readonly talkSeconds: number
  readonly line: number
  /** Null where Aircall names no user: some missed calls and voicemails. */
  readonly agent: number | null
  readonly missedReason: string | null
  readonly conference: boolean
  readonly hasAiAgent: boolean
  readonly tagged: boolean
}

const KINDS: readonly (readonly [CallKind, number])[] = [
  ['known', 62],
  ['shared', 5],
  ['ambiguous', 4],
  ['archived', 2],
  ['proposed', 3],
  ['unreadable', 3],
  ['own', 2],
  ['unknown', 12],
  ['anonymous', 5],
  ['invalid', 2],
]
/** Withheld, and numbers that spell ANONYMOUS, RESTRICTED, UNAVAILABLE, BLOCKED, UNKNOWN on a keypad. */
const ANONYMOUS = [
  'anonymous',
  'anonymous',
  'anonymous',
  '+266696687',
  '+7378742833',
  '+86282452253',
  '+2562533',
  '+8656696',
]
const INVALID = ['611', '+1 999-555-0143', '4357', '+44 118 118', '+33 9']
/** docs/reference/aircall-api.md section 3. */
const MISSED_REASONS = [
  'out_of_opening_hours',
  'short_abandoned',
  'abandoned_in_ivr',
  'abandoned_in_classic',
  'no_available_agent',
  'agents_did_not_answer',
]
const COUNTRY_OF_UNKNOWN = ['US', 'US', 'FR', 'GB', 'AU', 'DE']

function unknownCaller(at: number, random: () => number): Caller {
  const number = unknownNumber(pickFrom(COUNTRY_OF_UNKNOWN, random), at)
  const { pretty, e164, country } = number
  return { raw: pretty, e164, country, name: null, truth: { bucket: 'unmatched' } }
}

function withoutNumber(raw: string, bucket: 'anonymous' | 'invalid-number'): Caller {
  return { raw, e164: null, country: null, name: null, truth: { bucket } }
}

function chooseCaller(world: World, kind: CallKind, random: () => number): Caller {
  if (kind === 'anonymous') return withoutNumber(pickFrom(ANONYMOUS, random), 'anonymous')
  if (kind === 'invalid') return withoutNumber(pickFrom(INVALID, random), 'invalid-number')
  const candidates = kind === 'unknown' ? [] : world.callers[kind]
  // A small world may have nobody of a kind: then a stranger calls.
  return candidates.length === 0 ? unknownCaller(random(), random) : pickFrom(candidates, random)
}

function talkTime(course: Course, random: () => number): number {
  if (course === 'missed') return 0
  if (course === 'voicemail') return integerBetween(6, 75, random)
  if (random() < 0.06) return integerBetween(1, 4, random)
  // Most calls are short, a few are long: the mean is about five minutes.
  return 5 + Math.floor(random() ** 2.2 * 900)
}

function chooseCourse(direction: 'inbound' | 'outbound', random: () => number): Course {
  const chance = random()
  if (direction === 'outbound') return chance < 0.78 ? 'answered' : 'missed'
  if (chance < 0.7) return 'answered'
  return chance < 0.88 ? 'missed' : 'voicemail'
}

function chooseAgent(course: Course, direction: string, agents: number, random: () => number): number | null {
  const agent = Math.floor(random() * agents)
  if (course === 'answered' || direction === 'outbound') return agent
  return random() < 0.3 ? agent : null
}

/** Writes the script of call number `index`. `again` is the caller of a transferred call's first half. */
export function writeScript(world: World, index: number, again: Caller | null): CallScript {
  const random = createRandom(hashParts(world.seed, STREAM.call, index))
  const kind = pickWeighted(KINDS, random)
  const caller = again ?? chooseCaller(world, kind, random)
  const inboundOnly = caller.e164 === null || again !== null
  const direction = inboundOnly || random() < 0.55 ? 'inbound' : 'outbound'
  const course = again ? 'answered' : chooseCourse(direction, random)
  return {
    kind,
    caller,
    direction,
    course,
    ringSeconds: integerBetween(2, 25, random),
    talkSeconds: talkTime(course, random),
    line: Math.floor(random() * world.lines.length),
    agent: chooseAgent(course, direction, world.agents.length, random),
    missedReason: course === 'answered' || direction === 'outbound' ? null : pickFrom(MISSED_REASONS, random),
    conference: course === 'answered' && kind === 'known' && random() < 0.03,
    hasAiAgent: course === 'answered' && direction === 'inbound' && random() < 0.05,
    tagged: random() < 0.1,
  }
}
