import type { Inbox } from '../../inbox/inbox.ts'
import type { OpenCall } from '../../inbox/schedule.ts'
import type { RunRecord } from '../run/open-session.ts'
import type { Surroundings } from '../run/surroundings.ts'
import type { Recent } from './recent.ts'

/** What was asked for; durations in milliseconds, 0 is never. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** Of the deliveries, such as `/aircall`. */
  readonly path: string
  readonly catchUpMs: number
  readonly reconcileMs: number
  /** How far back a first start and each reconcile look. */
  readonly windowMs: number
  /** How long Planhat's automation may go first. */
  readonly graceMs: number
  /** Where the token is kept; absolute. */
  readonly envFile: string
  /** Wakes our webhook where Aircall has switched it off. */
  readonly revives: boolean
}

/**
 * What a listener remembers between two pieces of work; nothing here grows with
 * what comes in but the calls of a day.
 */
export interface Memory {
  day: (RunRecord & { readonly key: string }) | null
  recent: Recent | null
  /** A first write was read back, and was kept. */
  isVerified: boolean
  /** When Aircall refused transcripts to the account last. */
  deniedAtMs: number | null
  /** When Aircall said of a call that it does not know it, within the last minute. */
  unknownAtMs: number[]
  /** When the account's lines and Planhat's users were read last. */
  peopleAtMs: number | null
  /** The calls that are in work. */
  inHand: readonly OpenCall[]
}

export function emptyMemory(): Memory {
  return {
    day: null,
    recent: null,
    isVerified: false,
    deniedAtMs: null,
    unknownAtMs: [],
    peopleAtMs: null,
    inHand: [],
  }
}

/** Everything that lives as long as a listener does. */
export interface Listener extends Surroundings {
  readonly options: ListenOptions
  readonly inbox: Inbox
  readonly memory: Memory
}
