import type { Bucket, Direction } from '../../domain.ts'
import type { DriftClass } from '../../records.ts'
import type { Summary } from '../summary.ts'

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
  /** Ascending; days without a call may be left out. */
  readonly callsPerDay: readonly DayOfCalls[]
  readonly agents: readonly AgentRow[]
  /** Ranked by the calls that mending it would unlock. */
  readonly hygiene: readonly HygieneRow[]
  /** The first of them is enough: the count comes from the buckets. */
  readonly held: readonly HeldRow[]
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

export interface AgentRow {
  /** Name, else e-mail. */
  readonly agent: string
  readonly inbound: number
  readonly outbound: number
  readonly missed: number
  readonly inboundTalkSeconds: number
  readonly outboundTalkSeconds: number
}

export interface HygieneRow {
  /** Calls that would match if this were mended. */
  readonly calls: number
  readonly number: string | null
  readonly endUser: string | null
  readonly company: string | null
  /** `phone` or `custom.<name>`; null when nobody bears the number. */
  readonly field: string | null
  readonly problem: string
  readonly remedy: string
}

export interface HeldRow {
  readonly callId: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly direction: Direction
  readonly bucket: Bucket
  readonly number: string | null
  readonly because: string
  readonly candidates: readonly { readonly id: string; readonly name: string; readonly company: string }[]
}

export interface DayOfDrift {
  readonly day: string
  readonly counts: Partial<Readonly<Record<DriftClass, number>>>
}
