import type { Warning } from '../../domain.ts'
import type { Log } from '../../report/live/log.ts'
import { formatCount } from '../../report/text/words.ts'

/** Said of one kind, one by one; what comes after is counted. A list of 20,000 helps nobody. */
const MOST_OF_A_KIND = 10

export interface Warnings {
  /** Says it, once. */
  add(warning: Warning): void
  /** Says how many more there were of each kind. */
  close(): void
}

/** Warnings of a run, on the log as they come and in `list`, which is the summary's. */
export function createWarnings(log: Log, list: Warning[]): Warnings {
  const said = new Map<string, Set<string>>()
  const more = new Map<string, number>()
  const say = (warning: Warning) => {
    list.push(warning)
    log.warn(warning.code, warning.message)
  }
  return {
    add(warning) {
      const { code, message } = warning
      const known = said.get(code) ?? new Set()
      if (known.has(message)) return
      if (known.size >= MOST_OF_A_KIND) {
        more.set(code, (more.get(code) ?? 0) + 1)
        return
      }
      said.set(code, known.add(message))
      say(warning)
    },
    close() {
      for (const [code, count] of more) say({ code, message: `and ${formatCount(count)} more like these` })
      more.clear()
    },
  }
}
