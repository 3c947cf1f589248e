import { createReadStream, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What gives a person away in a file. */
export interface Marks {
  readonly callIds: ReadonlySet<string>
  /** In E.164. */
  readonly numbers: readonly string[]
  /** An id, a name, an e-mail; compared without case. */
  readonly words: readonly string[]
}

/** Longer than any mark, so that one cut by the edge of a chunk is still seen. */
const OVERLAP = 400
/** A shorter name stands in too many other words. */
const SHORTEST_WORD = 4

/** The files below `runs/` that mention the person. Symbolic links are not followed. */
export async function findMentions(runsDir: string, marks: Marks): Promise<string[]> {
  if (!existsSync(runsDir)) return []
  const found: string[] = []
  for (const path of filesBelow(runsDir)) if (await fileMentions(path, marks)) found.push(path)
  return found.sort()
}

/** Node's own recursive reading follows links to folders, out of the state folder and wherever they lead. */
function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

export function removeFiles(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true })
}

async function fileMentions(path: string, marks: Marks): Promise<boolean> {
  let tail = ''
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const text = tail + String(chunk)
    if (mentions(text, marks)) return true
    tail = text.slice(-OVERLAP)
  }
  return false
}

/** PURE. Whether a text has one of the marks, numbers in any usual spelling. */
export function mentions(text: string, marks: Marks): boolean {
  for (const [run] of text.matchAll(/\d{5,}/g)) if (marks.callIds.has(run)) return true
  const bare = text.replace(/(?<=[\d+)])[\s().\-\u00a0\u202f]{1,3}(?=[\d(])/g, '')
  if (marks.numbers.some((number) => bare.includes(number.slice(1)))) return true
  const lower = text.toLowerCase()
  return marks.words.some((word) => word.length >= SHORTEST_WORD && lower.includes(word.toLowerCase()))
}
