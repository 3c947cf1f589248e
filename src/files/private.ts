import { chmodSync, closeSync, existsSync, fchmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { openToAppend } from './append.ts'
import { PRIVATE } from './draft.ts'

/** Calls and transcripts are personal data: nobody else on the machine reads them. */
const PRIVATE_DIR = 0o700

/** Creates a folder (and its parents) as 0700 whatever the umask; one that is there keeps its mode. */
export function ensurePrivateDir(path: string): void {
  if (existsSync(path)) return
  // One by one: Node's recursive mkdir never returns where a folder refuses children with ENOENT, as /proc does.
  if (dirname(path) !== path) ensurePrivateDir(dirname(path))
  try {
    mkdirSync(path, { mode: PRIVATE_DIR })
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  chmodSync(path, PRIVATE_DIR)
}

/** Creates an empty file as 0600, or narrows one that is there. A link in its place is refused (ELOOP). */
export function ensurePrivateFile(path: string): void {
  const descriptor = openToAppend(path)
  try {
    fchmodSync(descriptor, PRIVATE)
  } finally {
    closeSync(descriptor)
  }
}
