import type { Warning } from '../domain.ts'
import type { CallsPage } from './client.ts'
import type { Window, WindowState } from './windows.ts'

/** Remembers what a window brought beside calls, and says whether it is complete. */
export interface Proof {
  /** Rows that were answered but are no calls: they are in Aircall's total, not in the store. */
  noteRejected(window: WindowState, page: Pick<CallsPage, 'rejected'>): void
  /** The first part of a split window goes on where the whole stood. */
  inherit(parent: Window, child: Window): void
  /**
   * When `total` fell, rows went away while the window was paged: later ones moved up over the border of a page and
   * were not seen. Gives the window as it is read from its first page again; null without need, or after some tries.
   */
  shrunk(window: WindowState, total: number): WindowState | null
  /** The window's state after its last page: done, or to be read once more. */
  close(window: WindowState): { readonly window: WindowState; readonly outcome: Outcome }
}

/** `again`: from its first page. `proved`: ids and total agree. `unproved`: they do not, also the second time. */
export type Outcome = 'again' | 'proved' | 'unproved'

/** Whoever clears out calls does it in one go: after so many new beginnings the rest is reported. */
const MOST_RESTARTS = 3

export function createProof(options: {
  readonly countSeen: (window: Window) => number
  readonly onWarning: (warning: Warning) => void
}): Proof {
  const rejected = new Map<string, Set<string>>()
  const readTwice = new Set<string>()
  const shrinks = new Map<string, number>()
  const keyOf = ({ from, to }: Window) => `${from}-${to}`

  return {
    noteRejected(window, page) {
      if (page.rejected.length === 0) return
      const ids = rejected.get(keyOf(window)) ?? new Set()
      for (const [row, { id }] of page.rejected.entries()) ids.add(id ?? `${window.nextPage}/${row}`)
      rejected.set(keyOf(window), ids)
    },
    inherit(parent, child) {
      const ids = rejected.get(keyOf(parent))
      if (ids !== undefined) rejected.set(keyOf(child), new Set(ids))
    },
    shrunk(window, total) {
      if (window.total === null || total >= window.total) return null
      const count = (shrinks.get(keyOf(window)) ?? 0) + 1
      shrinks.set(keyOf(window), count)
      if (count > MOST_RESTARTS) return null
      rejected.delete(keyOf(window))
      return { ...window, total, nextPage: 1 }
    },
    close(window) {
      const seen = options.countSeen(window) + (rejected.get(keyOf(window))?.size ?? 0)
      const isMoving = (shrinks.get(keyOf(window)) ?? 0) > MOST_RESTARTS
      if (seen === window.total && !isMoving) return { window: { ...window, done: true }, outcome: 'proved' }
      if (!isMoving && !readTwice.has(keyOf(window))) {
        readTwice.add(keyOf(window))
        rejected.delete(keyOf(window))
        return { window: { ...window, nextPage: 1 }, outcome: 'again' }
      }
      options.onWarning(mismatch(window, seen))
      return { window: { ...window, done: true }, outcome: 'unproved' }
    },
  }
}

function mismatch({ from, to, total }: WindowState, seen: number): Warning {
  const span = `${toIso(from + 1)} to ${toIso(to)}`
  const again = 'also when they were read again'
  const message = `Calls of ${span}: Aircall reports ${total}, ${seen} were read, ${again}`
  return { code: 'window-mismatch', message }
}

function toIso(seconds: number): string {
  return new Date(seconds * 1_000).toISOString()
}
