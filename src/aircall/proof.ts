import type { Warning } from '../domain.ts'
import type { CallsPage } from './client.ts'
import type { Window, WindowState } from './windows.ts'

/** Remembers what a window brought beside calls, and says whether it is complete. */
export interface Proof {
  /** Rows that were answered but are no calls: they are in Aircall's total, not in the store. */
  noteRejected(window: WindowState, page: Pick<CallsPage, 'rejected'>): void
  /** The first part of a split window goes on where the whole stood. */
  inherit(parent: Window, child: Window): void
  /** The window's state after its last page: done, or to be read once more. */
  close(window: WindowState): WindowState
}

export function createProof(options: {
  readonly countSeen: (window: Window) => number
  readonly onWarning: (warning: Warning) => void
}): Proof {
  const rejected = new Map<string, Set<string>>()
  const readTwice = new Set<string>()
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
    close(window) {
      const seen = options.countSeen(window) + (rejected.get(keyOf(window))?.size ?? 0)
      if (seen === window.total) return { ...window, done: true }
      if (!readTwice.has(keyOf(window))) {
        readTwice.add(keyOf(window))
        return { ...window, nextPage: 1 }
      }
      options.onWarning(mismatch(window, seen))
      return { ...window, done: true }
    },
  }
}

function mismatch({ from, to, total }: WindowState, seen: number): Warning {
  const span = `${toIso(from + 1)} to ${toIso(to)}`
  const message = `Calls of ${span}: Aircall reports ${total}, ${seen} were read, also the second time`
  return { code: 'window-mismatch', message }
}

function toIso(seconds: number): string {
  return new Date(seconds * 1_000).toISOString()
}
