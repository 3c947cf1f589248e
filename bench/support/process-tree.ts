import { readdirSync, readFileSync } from 'node:fs'

/** What a process and its children have used, from Linux's /proc. */
export interface TreeUse {
  readonly processes: number
  /** Shared pages counted once: the sum of PSS. */
  readonly memoryMb: number
  /** Of the children that have ended, too. */
  readonly cpuSeconds: number
}

/** `getconf CLK_TCK` of Linux on every platform that Node supports. */
const TICKS_PER_SECOND = 100

/** proc(5): the fields of /proc/PID/stat behind the name, which may hold blanks; utime is number 14. */
function statOf(pid: number): { parent: number; ticks: number; ofChildren: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const at = (number: number) => Number(fields[number - 3])
    return { parent: at(4), ticks: at(14) + at(15), ofChildren: at(16) + at(17) }
  } catch {
    // It has ended since.
    return null
  }
}

function memoryKbOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

export function treeUse(root: number): TreeUse {
  const stats = readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((pid) => {
      const stat = statOf(pid)
      return stat === null ? [] : [{ pid, ...stat }]
    })
  const tree = stats.filter(({ pid }) => pid === root)
  for (const { pid } of tree) tree.push(...stats.filter(({ parent }) => parent === pid))
  const ticks = tree.reduce((sum, one) => sum + one.ticks + one.ofChildren, 0)
  return {
    processes: tree.length,
    memoryMb: tree.reduce((sum, { pid }) => sum + memoryKbOf(pid), 0) / 1024,
    cpuSeconds: ticks / TICKS_PER_SECOND,
  }
}
