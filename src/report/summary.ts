import type { Insight } from '../content-settings.ts'
import { BUCKETS, type Bucket, type Warning } from '../domain.ts'
import {
  ACTIONS,
  type Action,
  DRIFT_CLASSES,
  type DriftClass,
  OUTCOME_KINDS,
  type OutcomeKind,
} from '../records.ts'

/** PURE. The result of a run: docs/contract.md section 5, field by field. */
export interface Summary {
  readonly schemaVersion: 1
  readonly run: RunHead
  readonly calls: { readonly read: number; readonly buckets: Readonly<Record<Bucket, number>> }
  readonly transcripts: TranscriptCounts
  /** One for each insight that is on (docs/contract.md section 10). */
  readonly insights: Readonly<Partial<Record<Insight, InsightCounts>>>
  readonly records: Readonly<Record<Action, number>>
  /** Where something was sent. */
  readonly applied?: Readonly<Record<OutcomeKind, number>>
  /** For `reconcile`. */
  readonly drift?: Readonly<Record<DriftClass, number>>
  /** For `reconcile`: what can be healed and is not, by class; with `--exit-code` it makes exit 4. */
  readonly remaining?: Readonly<Partial<Record<DriftClass, number>>>
  /** Of the updates of a plan: how many are of records that the live automation wrote, not this tool. */
  readonly automation?: number
  /** For `reconcile`: calls and Conversations that could not be checked; absent when there are none. */
  readonly unchecked?: number
  readonly requests: { readonly aircall: AircallRequests; readonly planhat: PlanhatRequests }
  /** Absolute paths; empty where there is no such file. */
  readonly files: SummaryFiles
  readonly warnings: readonly Warning[]
  /** What ended the run early, when something did. */
  readonly error?: { readonly code: string; readonly message: string }
}

export interface RunHead {
  readonly id: string
  readonly command: string
  readonly mode: 'plan' | 'apply' | 'report' | 'fix' | 'listen'
  /** ISO 8601, as all times here. */
  readonly startedAt: string
  readonly endedAt: string
  readonly since: string
  readonly until: string
  readonly exitCode: number
}

export interface TranscriptCounts {
  readonly eligible: number
  readonly ready: number
  readonly pending: number
  readonly none: number
  readonly denied: number
  /** Not asked: what was learnt of their lines says that they have none. */
  readonly assumed: number
  /** Why calls are assumed to have none: one sentence for each line of this run. */
  readonly assumedBecause?: readonly string[]
  /** What `transcripts.redact` replaced in this run, by kind; absent where it found nothing. */
  readonly redacted?: Readonly<Record<string, number>>
}

export interface InsightCounts {
  readonly eligible: number
  readonly ready: number
  readonly pending: number
  readonly none: number
  readonly denied: number
}

export const NO_INSIGHT_COUNTS: InsightCounts = { eligible: 0, ready: 0, pending: 0, none: 0, denied: 0 }

export interface AircallRequests {
  readonly total: number
  readonly pages: number
  readonly transcripts: number
  readonly insights: number
  readonly throttled: number
  readonly retried: number
}

export interface PlanhatRequests {
  readonly total: number
  readonly reads: number
  readonly writes: number
  readonly throttled: number
  readonly retried: number
}

export interface SummaryFiles {
  /** Of a plan. */
  readonly review: string
  /** Only the held rows, the numbers with most calls first; `apply` takes it. */
  readonly held: string
  /** Of `reconcile`. */
  readonly drift: string
  readonly report: string
  readonly failures: string
  readonly summary: string
}

export type PaintStyle = 'strong' | 'good' | 'warn' | 'bad' | 'faint'
/** Colours a text where the terminal takes it; a formatter never decides that itself. */
export type Paint = (style: PaintStyle, text: string) => string

/** A summary of nothing yet, to be filled by spreading over it. */
export function emptySummary(run: Partial<RunHead> = {}): Summary {
  return {
    schemaVersion: 1,
    run: {
      id: '',
      command: '',
      mode: 'plan',
      startedAt: '',
      endedAt: '',
      since: '',
      until: '',
      exitCode: 0,
      ...run,
    },
    calls: { read: 0, buckets: zeros(BUCKETS) },
    transcripts: { eligible: 0, ready: 0, pending: 0, none: 0, denied: 0, assumed: 0 },
    insights: {},
    records: zeros(ACTIONS),
    requests: {
      aircall: { total: 0, pages: 0, transcripts: 0, insights: 0, throttled: 0, retried: 0 },
      planhat: { total: 0, reads: 0, writes: 0, throttled: 0, retried: 0 },
    },
    files: { review: '', held: '', drift: '', report: '', failures: '', summary: '' },
    warnings: [],
  }
}

/**
 * A summary as a run stored it, perhaps of an earlier version: what that one
 * did not count is nothing. Null without one.
 */
export function readSummary(stored: unknown): Summary | null {
  if (!isRecord(stored)) return null
  const counted = {
    ...(stored['applied'] !== undefined && { applied: emptyApplied() }),
    ...(stored['drift'] !== undefined && { drift: emptyDrift() }),
  }
  return lay(stored, { ...emptySummary(), ...counted }) as Summary
}

function lay(stored: unknown, empty: unknown): unknown {
  if (stored === undefined) return empty
  if (!isRecord(empty) || !isRecord(stored)) return stored
  const filled = Object.entries(empty).map(([key, value]) => [key, lay(stored[key], value)])
  return { ...stored, ...Object.fromEntries(filled) }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function emptyApplied(): Record<OutcomeKind, number> {
  return zeros(OUTCOME_KINDS)
}

export function emptyDrift(): Record<DriftClass, number> {
  return zeros(DRIFT_CLASSES)
}

/** Calls whose number could be looked up: what a match rate is a share of. */
export function countMatchable(buckets: Summary['calls']['buckets']): number {
  return countMatched(buckets) + buckets.ambiguous + buckets.proposed + buckets.unmatched
}

export function countMatched(buckets: Summary['calls']['buckets']): number {
  return buckets.matched + buckets['shared-line']
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>
}
