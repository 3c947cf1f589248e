import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { appendTo } from '../../src/files/append.ts'
import { FileDraft, PRIVATE, PUBLIC, writeWhole } from '../../src/files/draft.ts'
import { temporaryDir } from '../store/samples.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777

describe('a file that is written', () => {
  it('is there whole under its name, with its mode, and leaves nothing beside it', () => {
    const dir = temporaryDir()
    writeWhole(join(dir, 'a.csv'), 'text', PRIVATE)
    expect(readFileSync(join(dir, 'a.csv'), 'utf8')).toBe('text')
    expect(modeOf(join(dir, 'a.csv'))).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['a.csv'])
  })

  it('is not wider than its mode whatever the umask', () => {
    const before = process.umask(0)
    onTestFinished(() => void process.umask(before))
    const path = join(temporaryDir(), 'metrics.prom')
    writeWhole(path, '', PUBLIC)
    expect(modeOf(path)).toBe(0o644)
    writeWhole(path, '', PRIVATE)
    expect(modeOf(path)).toBe(0o600)
  })

  it('replaces a link under its name, and leaves what the link leads to as it is', () => {
    const dir = temporaryDir()
    const victim = join(dir, 'victim')
    writeFileSync(victim, 'precious', { mode: 0o600 })
    symlinkSync(victim, join(dir, 'out'))
    writeWhole(join(dir, 'out'), 'ours', PRIVATE)
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(lstatSync(join(dir, 'out')).isFile()).toBe(true)
    expect(readFileSync(join(dir, 'out'), 'utf8')).toBe('ours')
  })

  it('does not take over a file that others can read: neither its mode nor its reader stays', () => {
    const path = join(temporaryDir(), 'numbers.csv')
    writeFileSync(path, 'planted')
    chmodSync(path, 0o666)
    writeWhole(path, '+12025550123', PRIVATE)
    expect(modeOf(path)).toBe(0o600)
  })

  it('is under a name that nobody can know before', () => {
    const dir = temporaryDir()
    const drafts = Array.from({ length: 20 }, () => new FileDraft(join(dir, 'x'), PRIVATE))
    const names = readdirSync(dir)
    expect(new Set(names).size).toBe(20)
    expect(names.every((name) => /^x\.[0-9a-f]{16}\.part$/.test(name))).toBe(true)
    expect(names.some((name) => name.includes(String(process.pid).padStart(16, '0')))).toBe(false)
    for (const draft of drafts) draft.discard()
    expect(readdirSync(dir)).toEqual([])
  })

  it('leaves what was there, and no half file, when it cannot be written', () => {
    const dir = temporaryDir()
    const path = join(dir, 'taken')
    writeFileSync(join(dir, 'file'), '')
    expect(() => writeWhole(join(dir, 'file', 'x'), '', PRIVATE)).toThrow(
      expect.objectContaining({ code: 'ENOTDIR' }),
    )
    const draft = new FileDraft(path, PRIVATE)
    draft.write('half')
    draft.discard()
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(dir)).toEqual(['file'])
  })
})

describe('a file that is added to', () => {
  it('is made for its owner alone and grows', () => {
    const path = join(temporaryDir(), 'audit.ndjson')
    appendTo(path, 'one\n')
    appendTo(path, 'two\n')
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
    expect(modeOf(path)).toBe(0o600)
  })

  it('refuses a link in its place', () => {
    const dir = temporaryDir()
    const victim = join(dir, 'victim')
    writeFileSync(victim, 'precious')
    symlinkSync(victim, join(dir, 'audit.ndjson'))
    expect(() => appendTo(join(dir, 'audit.ndjson'), 'line\n')).toThrow(
      expect.objectContaining({ code: 'ELOOP' }),
    )
    expect(readFileSync(victim, 'utf8')).toBe('precious')
  })
})
