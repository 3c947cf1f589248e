import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'

/** Why a file is not believed: somebody else than its user or root made it, or can change it. */
export type Distrust = 'foreign' | 'writable'

const OTHERS_WRITE = 0o022

/** Windows has neither owners of this kind nor modes: there the rights of the folder decide. */
export function distrustOf(file: Pick<Stats, 'uid' | 'mode'>, user = process.getuid?.()): Distrust | null {
  if (user === undefined) return null
  if (file.uid !== user && file.uid !== 0) return 'foreign'
  return (file.mode & OTHERS_WRITE) === 0 ? null : 'writable'
}

/** `600`, as `chmod` takes it. */
export function modeOf({ mode }: Pick<Stats, 'mode'>): string {
  return (mode & 0o777).toString(8).padStart(3, '0')
}

/**
 * The bytes of a file, and whose they are: of the very file that was read,
 * whatever its name leads to a moment later.
 */
export function readWithOwner(path: string): { readonly bytes: Buffer; readonly stats: Stats } {
  const file = openSync(path, 'r')
  try {
    return { stats: fstatSync(file), bytes: readFileSync(file) }
  } finally {
    closeSync(file)
  }
}
