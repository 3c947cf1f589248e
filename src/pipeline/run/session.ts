import type { Insight } from '../../content-settings.ts'
import type { Summary } from '../../report/summary.ts'
import type { FailureList } from '../../review/failures.ts'
import type { Run } from '../../store/runs.ts'
import type { Store } from '../../store/store.ts'
import { type ClientCounts, createClientCounts } from './client-counts.ts'
import type { RunNotes } from './notes.ts'
import type { Surroundings } from './surroundings.ts'
import type { Warnings } from './warnings.ts'

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
  readonly clients: ClientCounts
  warn(code: string, message: string): void
}

/** A desk without a run around it: what is worth a warning goes to the log. */
export function openDesk(world: Surroundings, store: Store): Desk {
  const warn: Desk['warn'] = (code, message) => world.log.warn(code, message)
  return { ...world, store, clients: createClientCounts(), warn }
}

/** What the guards need to know that no summary holds; filled while a run reads and matches. */
export interface GuardFacts {
  readonly matchedByEndUser: Map<string, number>
  readonly sources: { name: string; returned: number; before: number }[]
  /** When this very run took its snapshot of Planhat; null when it has not. */
  scannedAtMs: number | null
  /** Aircall refused transcripts to the whole account in this run. */
  transcriptsDenied: boolean
  /** Insights that it refused to it. */
  readonly insightsDenied: Set<Insight>
  /** A first write of this run was read back, and was kept. */
  isVerified: boolean
  /** Companies whose Conversations this run has read whole a moment ago, to write at once. */
  readonly looked: Set<string>
  /** Records that keep a contact who is not of their call any more. */
  contactsKept: number
}

/** What a run writes down about itself while it works; it is complete when the run ends. */
export interface Book {
  readonly run: Run
  readonly runDir: string
  readonly facts: GuardFacts
  readonly notes: RunNotes
  readonly warnings: Warnings
  readonly failures: FailureList
  readonly summary: SummaryDraft
}

/** One execution with a run id: a desk, and the book of the run that fills up as things become known. */
export interface Session extends Desk {
  readonly book: Book
}
