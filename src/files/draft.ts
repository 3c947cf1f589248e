import { randomBytes } from 'node:crypto'
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Readable by its owner alone: all that holds a person, a number or a text. */
export const PRIVATE = 0o600
/** Readable by everybody, where the umask lets it; writable by its owner alone. */
export const PUBLIC = 0o644

// Windows knows no links of this kind, and no such flag.
const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants

/**
 * A file on its way: under a random name beside its own until it is whole, then renamed. Nobody reads half of one,
 * and nobody can prepare for it: a name that could be guessed may be a link that was laid to write elsewhere, or a
 * file that is open to somebody else already. A link under the final name is replaced, not followed.
 */
export class FileDraft {
  readonly #path: string
  readonly #temporary: string
  #file: number | null

  /** @throws the error of the file system, as everything here. */
  constructor(path: string, mode: number) {
    this.#path = path
    this.#temporary = `${path}.${randomBytes(8).toString('hex')}.part`
    this.#file = openSync(this.#temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
  }

  write(content: string | Uint8Array): void {
    // A whole buffer at once: `writeSync` may write less of it than it was given, `writeFileSync` goes on.
    if (this.#file !== null) writeFileSync(this.#file, content)
  }

  /** Gives it its name, once its bytes are on the disk. */
  publish(): void {
    if (this.#file !== null) fsyncSync(this.#file)
    this.#close()
    renameSync(this.#temporary, this.#path)
    syncFolder(dirname(this.#path))
  }

  /** Leaves nothing behind, unless it was published. */
  discard(): void {
    this.#close()
    rmSync(this.#temporary, { force: true })
  }

  #close(): void {
    const file = this.#file
    this.#file = null
    if (file !== null) closeSync(file)
  }
}

/** Writes a whole file in the way of `FileDraft`: the only way in which this program writes one. */
export function writeWhole(path: string, content: string | Uint8Array, mode: number): void {
  const draft = new FileDraft(path, mode)
  try {
    draft.write(content)
    draft.publish()
  } finally {
    draft.discard()
  }
}

/** The new name itself: some systems open no folder, and the file is whole without it. */
function syncFolder(path: string): void {
  let folder: number | null = null
  try {
    folder = openSync(path, 'r')
    fsyncSync(folder)
  } catch {
    return
  } finally {
    if (folder !== null) closeSync(folder)
  }
}
