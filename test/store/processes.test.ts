import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { LockedError } from '../../src/errors.ts'
import { acquireLock } from '../../src/store/lock.ts'
import { openStore } from '../../src/store/store.ts'
import { NOW, temporaryDir } from './samples.ts'

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))
const children: ChildProcess[] = []

/** Starts the child and waits until it has printed `lines` lines; gives the last of them. */
async function startChild(
  task: string,
  dir: string,
  lines: number,
): Promise<{ child: ChildProcess; last: string }> {
  const child = spawn(process.execPath, [CHILD, task, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  let seen = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    seen += String(chunk)
    if (seen.split('\n').length > lines) break
  }
  return { child, last: seen.trimEnd().split('\n').at(-1) ?? '' }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

afterEach(async () => {
  await Promise.all(children.splice(0).map(kill))
})

describe('the lock of a profile', () => {
  it('refuses a second run and names the holder and since when', async () => {
    const dir = temporaryDir()
    const { child } = await startChild('lock', dir, 1)
    const attempt = () => acquireLock(dir, { command: 'reconcile', nowMs: NOW })
    expect(attempt).toThrow(LockedError)
    expect(attempt).toThrow(`held by pid ${child.pid} (backfill) since 2026-06-01T12:00:00.000Z`)
  })

  it('dies with its process, also by kill -9', async () => {
    const dir = temporaryDir()
    const { child } = await startChild('lock', dir, 1)
    await kill(child)
    const lock = acquireLock(dir, { command: 'backfill', nowMs: NOW })
    lock.release()
  })

  it('is refused within one process too, can be released twice, and taken again', () => {
    const dir = join(temporaryDir(), 'new')
    const lock = acquireLock(dir, { command: 'apply', nowMs: NOW })
    expect(() => acquireLock(dir, { command: 'apply', nowMs: NOW })).toThrow(LockedError)
    const modes = readdirSync(dir).map((name) => statSync(join(dir, name)).mode & 0o777)
    expect(new Set(modes)).toEqual(new Set([0o600]))
    lock.release()
    lock.release()
    acquireLock(dir, { command: 'apply', nowMs: NOW }).release()
  })
})

describe('a state that is not there yet', () => {
  it('is made once by processes that open it at the same moment', async () => {
    const dir = temporaryDir()
    const opened = await Promise.all([1, 2, 3, 4].map(() => startChild('open', dir, 1)))
    expect(opened.map(({ last }) => last)).toEqual(Array(4).fill('opened 0'))
  })
})

describe('a kill -9 while pages are stored', () => {
  it.each([1, 7, 40])(
    'loses nothing that was said to be saved, and half a page never (page %i)',
    async (pages) => {
      const dir = temporaryDir()
      const { child, last } = await startChild('pages', dir, pages)
      await kill(child)
      const saved = Number(last.split(' ')[1])
      const store = openStore(dir)
      const read = store.calls.findUnfinishedRead({ since: 1, until: 10_000_000_000 }, NOW)
      const next = read?.windows[0]?.nextPage ?? 0
      expect(next).toBeGreaterThan(saved)
      expect(store.calls.count(null)).toBe((next - 1) * 50)
      expect(read?.readCalls).toBe((next - 1) * 50)
      store.close()
    },
  )
})

describe('the pace of a profile', () => {
  it('gives every start to one process alone, at a spacing from all others', async () => {
    const dir = temporaryDir()
    const ended = await Promise.all([1, 2, 3].map(() => startChild('pace', dir, 1)))
    const starts = ended.flatMap(({ last }) => JSON.parse(last) as number[]).toSorted((a, b) => a - b)
    expect(starts).toHaveLength(120)
    expect(starts).toEqual(starts.map((_, turn) => turn * 10))
  })
})
