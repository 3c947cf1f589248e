import type { Store } from '../../../store/store.ts'
import { PROBE_NOTES } from '../../../store/stored/facts.ts'

/** A Conversation that the probe makes: noted before the request, so that also a killed probe is tidied up after. */
export interface Note {
  readonly externalId: string
  /** Where it may stand. */
  readonly companyIds: readonly string[]
  /** `tenantOf` the settings it was made with. */
  readonly tenant: string
  readonly atMs: number
  /** Every request that may make it was answered: what is not found now is gone for good. */
  readonly isAnswered: boolean
}

const KEY = 'probe-notes'

export function readNotes({ meta }: Store): Note[] {
  return [...(meta.read(KEY, PROBE_NOTES) ?? [])]
}

/** Replaces the note of the same record. */
export function putNote(store: Store, note: Note): void {
  writeNotes(store, [...without(readNotes(store), note.externalId), note])
}

export function dropNote(store: Store, externalId: string): void {
  writeNotes(store, without(readNotes(store), externalId))
}

function writeNotes({ meta }: Store, notes: Note[]): void {
  if (notes.length === 0) meta.remove(KEY)
  else meta.write(KEY, PROBE_NOTES, notes as never)
}

function without(notes: readonly Note[], externalId: string): Note[] {
  return notes.filter((note) => note.externalId !== externalId)
}
