import type { Settings } from '../../config/settings.ts'
import type { Clock } from '../../domain.ts'
import type { Log } from '../../report/live/log.ts'
import type { Progress } from '../../report/live/progress.ts'
import type { Paces } from './paces.ts'

/** What a command hands to the pipeline: everything that touches the world outside, so tests can hand in their own. */
export interface Surroundings {
  readonly settings: Settings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: Log
  readonly progress: Progress
  /** Names of guards passed by `--allow NAME`. */
  readonly allow: ReadonlySet<string>
  /** Of a process that lives longer than one piece of work; else every gate begins with a whole spacing. */
  readonly paces?: Paces
  /** Show telephone numbers whole in the report. */
  readonly reveal?: boolean
  /** Asks a person; absent where nobody can answer (pipe, cron, `--json`). */
  readonly confirm?: (question: string) => Promise<boolean>
}
