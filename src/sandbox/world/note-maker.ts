/** The notes that agents leave on made-up calls: some while the call goes on, some minutes after it. */
import type { RawUser } from '../aircall/types.ts'
import { createRandom, hashParts, integerBetween, pickFrom, STREAM } from './random.ts'
import { NOTE_LINES } from './speech.ts'

const NOTED_SHARE = 0.08
const MOST_NOTES = 3
const LATEST_SECONDS = 900

interface NotesOf {
  readonly seed: number
  readonly index: number
  readonly id: number
  readonly agent: RawUser | null
  readonly endedAt: number
  readonly now: number
}

/** As they stand now, the newest first: Aircall promises no order. */
export function notesOf({ seed, index, id, agent, endedAt, now }: NotesOf): object[] {
  const random = createRandom(hashParts(seed, STREAM.note, index))
  if (random() >= NOTED_SHARE) return []
  const count = integerBetween(1, MOST_NOTES, random)
  const notes = Array.from({ length: count }, (_, at) => ({
    id: id + at,
    content: pickFrom(NOTE_LINES, random),
    posted_at: endedAt - 30 + integerBetween(0, LATEST_SECONDS, random),
    // A program that writes a note has no user.
    posted_by: random() < 0.15 ? null : agent,
  }))
  return notes.filter(({ posted_at }) => posted_at <= now).reverse()
}
