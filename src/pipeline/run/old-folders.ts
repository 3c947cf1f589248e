import { createReadStream, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Store } from '../../store/store.ts'
import { isoOf } from './run.ts'

/** As `RunStore` names them: anything else in the folder is not ours to delete. */
const RUN_FOLDER = /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-[0-9a-f]{4,}$/

/**
 * The folders of runs that hold a call from before a moment (UNIX seconds): those of runs
 * from before it, of later runs over such calls, and of nights that took up an older call
 * beside their window. A link is not followed: what it points at was not made by a run.
 */
export async function oldRunFolders(store: Store, before: number): Promise<string[]> {
  const runs = join(store.dir, 'runs')
  const names = lstatSync(runs, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(runs) : []
  const holders = store.old.runIds(before)
  const old: string[] = []
  for (const name of names) {
    const path = join(runs, name)
    if (!RUN_FOLDER.test(name) || !lstatSync(path).isDirectory()) continue
    if (startedAt(name) < before || holders.has(name) || (await hasOldRow(path, before))) old.push(path)
  }
  return old
}

/** By the time in its name: UNIX seconds. */
function startedAt(name: string): number {
  const [, ...parts] = RUN_FOLDER.exec(name) ?? []
  const [year = 0, month = 1, day, hour, minute, second] = parts.map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000
}

/**
 * The columns `date` and `direction` of a review CSV: no cell of a text can
 * look so, as commas in it are quoted or follow one.
 */
const DATED = /,(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z),(?:inbound|outbound),/

async function hasOldRow(folder: string, before: number): Promise<boolean> {
  const limit = isoOf(before * 1000)
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.csv'))) {
    const path = join(folder, name)
    if (lstatSync(path).isFile() && (await isAnyDatedBefore(path, limit))) return true
  }
  return false
}

async function isAnyDatedBefore(path: string, limit: string): Promise<boolean> {
  const stream = createReadStream(path, { encoding: 'utf8' })
  try {
    for await (const line of createInterface({ input: stream })) {
      const [, date] = DATED.exec(line) ?? []
      if (date !== undefined && date < limit) return true
    }
    return false
  } finally {
    stream.destroy()
  }
}
