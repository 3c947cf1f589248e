import type { Summary } from '../../report/summary.ts'
import type { Run } from '../../store/runs.ts'
import type { Store } from '../../store/store.ts'
import type { RunNotes } from './notes.ts'
import type { Surroundings } from './surroundings.ts'

type Draft<T> = T extends readonly (infer E)[]
  ? E[]
  : T extends object
    ? { -readonly [K in keyof T]: Draft<T[K]> }
    : T

/** The summary while a run fills it. */
export type SummaryDraft = Draft<Summary>

/** The state of a profile, open, with the world around it: enough to read, match and compare. */
export interface Desk extends Surroundings {
  readonly store: Store
  warn(code: string, message: string): void
}

/** What the guards need to know that no summary holds; filled while a run reads and matches. */
export interface GuardFacts {
  readonly matchedByEndUser: Map<string, number>
  readonly sources: { name: string; returned: number; before: number }[]
  /** When this very run took its snapshot of Planhat; null when it has not. */
  scannedAtMs: number | null
  /** Aircall refused transcripts to the whole account in this run. */
  transcriptsDenied: boolean
}

/** One execution with a run id: its state, its lock, and the summary that fills up as things become known. */
export interface Session extends Desk {
  readonly run: Run
  readonly runDir: string
  readonly facts: GuardFacts
  readonly notes: RunNotes
  readonly summary: SummaryDraft
}
