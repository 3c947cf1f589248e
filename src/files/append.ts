import { closeSync, constants, openSync, writeFileSync } from 'node:fs'
import { PRIVATE } from './draft.ts'

const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_WRONLY } = constants

/**
 * Opens a file of this user's alone to add to it, and makes it where there is none. A link in its place is refused
 * (ELOOP): what is appended goes nowhere else.
 */
export function openToAppend(path: string): number {
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, PRIVATE)
}

export function appendTo(path: string, text: string): void {
  const file = openToAppend(path)
  try {
    writeFileSync(file, text)
  } finally {
    closeSync(file)
  }
}
