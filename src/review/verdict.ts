import type { Settlement } from '../match/number-word.ts'
import type { PhoneIndex } from '../match/phone-index.ts'
import type { Column } from './columns.ts'

/** Why a row is refused: the column, what was expected there, and a stable code of `docs/errors.md`. */
export interface Refusal {
  readonly kind: 'refused'
  readonly column: Column
  readonly expected: string
  readonly message: string
  readonly code:
    | 'ROW_UNKNOWN'
    | 'ROW_EDITED'
    | 'ROW_DECISION'
    | 'ROW_UNSETTLED'
    | 'ROW_NOT_WRITABLE'
    | 'ROW_TWICE'
    | 'NUMBER_TWICE'
}

/** What a reviewed row asks for. */
export type Verdict =
  /** `lifts`: the row was shown as declined, and is wanted after all. */
  | {
      readonly kind: 'apply'
      readonly settlement: Settlement | null
      readonly lifts: boolean
      /** `always`: the settlement is that of the number, for every held call of it. */
      readonly always: boolean
    }
  /** The number of the row is nobody's. */
  | { readonly kind: 'never' }
  /** `declines`: a person does not want the record; false where there was nothing to decide. */
  | {
      readonly kind: 'skip'
      readonly declines: boolean
      /** A held row that names somebody all the same: mostly the decision was forgotten. */
      readonly named?: true
    }
  | Refusal

export type ReviewLookup = Pick<PhoneIndex, 'endUser' | 'hasCompany'>
