import type { Bucket } from '../../domain.ts'
import type { DriftClass } from '../../records.ts'
import type { Summary } from '../summary.ts'
import type { TallyRow } from './tally.ts'

/**
 * PURE. What the report shows. Numbers come as they are and are masked when it is rendered; there is no
 * place here for the text of a transcript.
 */
export interface ReportModel {
  readonly summary: Summary
  readonly profile: string | null
  /** IANA zone in which days are cut. */
  readonly timezone: string
  /** Show numbers whole. */
  readonly reveal: boolean
  /** For an apply: what all runs wrote of its plans until its end; null for any other run. */
  readonly soFar: { readonly created: number; readonly updated: number; readonly runs: number } | null
  /** Ascending; days without a call may be left out. */
  readonly callsPerDay: readonly DayOfCalls[]
  readonly agents: readonly TallyRow[]
  readonly companies: readonly TallyRow[]
  /** Ranked by the calls that fixing it would unlock. */
  readonly hygiene: readonly HygieneRow[]
  /** The numbers whose calls wait for a person, those with most calls first. */
  readonly held: readonly HeldNumber[]
  /** All held calls, those of further numbers too. */
  readonly heldCalls: number
  /** What was heard in the calls, of the insights that are on; null where nothing was. */
  readonly insights: { readonly sentiment: Heard | null; readonly topics: Heard | null }
  /** For `reconcile`; by the day of the record. */
  readonly driftPerDay: readonly DayOfDrift[]
  /** Milliseconds spent waiting for each host's limit. */
  readonly waitedMs: { readonly aircall: number; readonly planhat: number }
}

export interface DayOfCalls {
  /** `2026-06-01`. */
  readonly day: string
  readonly answered: number
  readonly missed: number
  readonly voicemail: number
}

export interface HygieneRow {
  /** Calls that would match if this were fixed. */
  readonly calls: number
  readonly number: string | null
  readonly endUser: string | null
  readonly company: string | null
  /** `phone` or `custom.<name>`; null when nobody has the number. */
  readonly field: string | null
  readonly problem: string
  readonly remedy: string
}

export interface HeldNumber {
  /** Null for a caller without one. */
  readonly number: string | null
  readonly calls: number
  /** UNIX seconds of the last call. */
  readonly lastAt: number
  readonly bucket: Bucket
  readonly because: string
  /** As the review CSV names them. */
  readonly candidates: readonly { readonly id: string; readonly name: string }[]
}

export interface DayOfDrift {
  readonly day: string
  readonly counts: Partial<Readonly<Record<DriftClass, number>>>
}

/** How often each value was heard, in a week or with an agent. */
export interface HeardRow {
  readonly name: string
  /** Calls of which any value is held. */
  readonly calls: number
  readonly counts: ReadonlyMap<string, number>
}

/** One insight over the calls of a run; values and counts, never a text of a call. */
export interface Heard {
  /** A scale in its order, anything else by how often it was heard. */
  readonly values: readonly string[]
  readonly weeks: readonly HeardRow[]
  readonly agents: readonly HeardRow[]
}
