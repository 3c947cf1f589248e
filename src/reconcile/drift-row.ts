import type { DriftClass, FieldChange, RecordKind } from '../records.ts'

/** What would put a difference right, if the user asks for it; `delete` only by `--prune`. */
export type Heal = 'create' | 'update' | 'move' | 'delete' | 'none'

/** One record of the comparison of Aircall with Planhat. */
export interface DriftRow {
  readonly class: DriftClass
  readonly callId: string
  readonly record: RecordKind
  readonly externalId: string
  readonly planhatId: string | null
  /** One character a class: those of `rclone check` where it has one. */
  readonly sign: string
  readonly changes: readonly FieldChange[]
  readonly edited: readonly FieldChange[]
  readonly heal: Heal
  /** External id of a record that has to be in Planhat before this one may be deleted. */
  readonly requires: string | null
}

export const SIGNS: Readonly<Record<DriftClass, string>> = {
  'in-sync': '=',
  missing: '+',
  changed: '*',
  moved: '>',
  'stale-placeholder': '~',
  duplicate: '#',
  orphan: '-',
  edited: '^',
  deleted: 'x',
  unsupported: '?',
  foreign: '&',
}

/** What `rclone check` shows for what it could not read; no class of its own. */
export const UNCHECKED_SIGN = '!'

/** docs/contract.md section 8: with `--exit-code` these make exit 4 while they remain. */
export const HEALABLE: ReadonlySet<DriftClass> = new Set([
  'missing',
  'changed',
  'moved',
  'stale-placeholder',
  'duplicate',
])

/** Of those, what only deleting heals: they count while `--prune` was given, or no healing flag was. */
export const DELETED_CLASSES: ReadonlySet<DriftClass> = new Set(['stale-placeholder', 'duplicate'])

/** A row with its sign; what is not given is nothing. */
export function driftRow(
  row: Pick<DriftRow, 'class' | 'callId' | 'record' | 'externalId'> & Partial<DriftRow>,
): DriftRow {
  return {
    planhatId: null,
    changes: [],
    edited: [],
    heal: 'none',
    requires: null,
    ...row,
    sign: SIGNS[row.class],
  }
}
