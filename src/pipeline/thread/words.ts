import type { Log } from '../../report/live/log.ts'
import type { Progress } from '../../report/live/progress.ts'
import type { Summary } from '../../report/summary.ts'
import type { ApplyRequest } from '../apply.ts'
import type { BackfillRequest } from '../backfill.ts'
import type { ReconcileRequest } from '../reconcile.ts'
import type { PackedError } from './packed-error.ts'
import type { PackedSettings } from './packed-settings.ts'

/** The runs whose work grows with the range. */
export interface Requests {
  readonly backfill: BackfillRequest
  readonly apply: ApplyRequest
  readonly reconcile: ReconcileRequest
}

export type Task = keyof Requests

/** What a thread needs to know to begin. */
export interface Errand<T extends Task = Task> {
  readonly task: T
  readonly request: Requests[T]
  readonly settings: PackedSettings
  readonly allow: ReadonlySet<string>
  readonly reveal: boolean
  /** Whether there is a person to ask. */
  readonly mayAsk: boolean
}

export type Reply =
  | { readonly ok: true; readonly yes: boolean }
  | { readonly ok: false; readonly error: PackedError }

/** What the command says to the thread of its run. */
export type Order =
  | { readonly kind: 'begin'; readonly errand: Errand }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'reply'; readonly reply: Reply }

/** One call of a method without a result, by name. */
export type Saying<T> = {
  [M in keyof T]: T[M] extends (...args: infer A) => void ? { readonly method: M; readonly args: A } : never
}[keyof T]

/** What the run says to its command. The last word is `done` or `failed`. */
export type News =
  | { readonly kind: 'log'; readonly saying: Saying<Log> }
  | { readonly kind: 'progress'; readonly saying: Saying<Progress> }
  | { readonly kind: 'ask'; readonly question: string }
  | { readonly kind: 'done'; readonly summary: Summary }
  | { readonly kind: 'failed'; readonly error: PackedError }
