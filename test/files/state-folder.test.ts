import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acquireLock } from '../../src/store/lock.ts'
import { openStore } from '../../src/store/store.ts'
import { NOW, temporaryDir } from '../store/samples.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777
const untrusted = expect.objectContaining({ code: 'STATE_UNTRUSTED', exitCode: 7 })

function folder(mode: number, ...names: string[]): string {
  const dir = join(temporaryDir(), 'state')
  mkdirSync(dir)
  for (const name of names) writeFileSync(join(dir, name), '', { mode: 0o666 })
  chmodSync(dir, mode)
  return dir
}

describe.skipIf(process.getuid === undefined)('a state folder', () => {
  it.each([0o777, 0o770, 0o755])('of this user that is open to others is closed first: %o', (mode) => {
    const dir = folder(mode, 'audit.ndjson')
    chmodSync(join(dir, 'audit.ndjson'), 0o666)
    openStore(dir).close()
    expect(modeOf(dir)).toBe(0o700)
    expect(modeOf(join(dir, 'audit.ndjson'))).toBe(0o600)
  })

  it('that others have work in is not closed, and is refused where they can write', () => {
    const dir = folder(0o755, 'letter.txt')
    openStore(dir).close()
    expect(modeOf(dir)).toBe(0o755)
    chmodSync(dir, 0o777)
    expect(() => openStore(dir)).toThrow(untrusted)
    expect(() => openStore(dir, { readOnly: true })).toThrow(untrusted)
    expect(() => acquireLock(dir, { command: 'reconcile', nowMs: NOW })).toThrow(untrusted)
  })

  it('of a profile is not taken from a folder that others can write', () => {
    const base = folder(0o777, 'letter.txt')
    expect(() => openStore(join(base, 'profiles', 'acme'))).toThrow(untrusted)
  })

  it.each(['state.sqlite', 'erasure.key', 'audit.ndjson'])(
    'with a link laid in the place of %s is refused',
    (name) => {
      const dir = folder(0o700)
      writeFileSync(join(dir, '..', 'victim'), 'precious')
      symlinkSync(join(dir, '..', 'victim'), join(dir, name))
      expect(() => openStore(dir)).toThrow(untrusted)
    },
  )

  it.skipIf(process.getuid?.() !== 0)('of somebody else, or with a file of theirs, is refused', () => {
    const theirs = folder(0o700)
    chownSync(theirs, 12_345, 12_345)
    expect(() => openStore(theirs)).toThrow(untrusted)
    const planted = folder(0o777, 'erasure.key')
    chownSync(join(planted, 'erasure.key'), 12_345, 12_345)
    expect(() => openStore(planted)).toThrow(untrusted)
  })
})
