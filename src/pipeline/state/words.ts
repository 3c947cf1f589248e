import type { DraftRow } from '../../review/columns.ts'
import type { PackedError } from '../thread/packed-error.ts'

export interface DraftToBegin {
  readonly path: string
  readonly overwrite: boolean
}

/** What a run says to the thread that writes its state. Each word is answered once, in its turn. */
export type Word =
  | { readonly kind: 'begin-review'; readonly draft: DraftToBegin }
  | { readonly kind: 'rows'; readonly runId: string; readonly rows: readonly DraftRow[] }
  | { readonly kind: 'publish-review' }
  | { readonly kind: 'discard-review' }
  /** The last word: the thread ends. */
  | { readonly kind: 'close' }

/** Null when the word was carried out. */
export type Answer = PackedError | null
