import type { Settings } from '../../config/settings.ts'
import type { Clock } from '../../domain.ts'
import type { Log } from '../../report/live/log.ts'
import type { Progress } from '../../report/live/progress.ts'

/** What a command hands to the pipeline: everything that touches the world outside, so tests can hand in their own. */
export interface Surroundings {
  readonly settings: Settings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: Log
  readonly progress: Progress
  /** Names of guards passed by `--allow NAME`. */
  readonly allow: ReadonlySet<string>
  /** Show telephone numbers whole in the report. */
  readonly reveal?: boolean
  /** Asks a person; absent where nobody can answer (pipe, cron, `--json`). */
  readonly confirm?: (question: string) => Promise<boolean>
}
