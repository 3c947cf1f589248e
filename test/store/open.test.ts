import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { FatalError } from '../../src/errors.ts'
import { Database } from '../../src/store/database.ts'
import { MIGRATIONS } from '../../src/store/migrations.ts'
import { openStore } from '../../src/store/store.ts'
import { NOW, sampleCall, sampleRow, temporaryDir } from './samples.ts'

function failureOf(work: () => unknown): FatalError {
  try {
    work()
  } catch (error) {
    if (error instanceof FatalError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('opening the state', () => {
  it('creates a folder 0700 and files 0600 whatever the umask', () => {
    const dir = join(temporaryDir(), 'deep', 'state')
    const before = process.umask(0)
    try {
      const store = openStore(dir)
      store.meta.set('k', 'v')
      const modes = readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mode & 0o777])
      store.close()
      expect(statSync(dir).mode & 0o777).toBe(0o700)
      expect(modes).toEqual([
        ['state.sqlite', 0o600],
        ['state.sqlite-shm', 0o600],
        ['state.sqlite-wal', 0o600],
      ])
    } finally {
      process.umask(before)
    }
  })

  it('finds again what was stored, and knows its own version', () => {
    const dir = temporaryDir()
    const first = openStore(dir)
    first.meta.set('k', 'v')
    first.close()
    const second = openStore(dir)
    expect(second.meta.get('k')).toBe('v')
    second.close()
  })

  it('read-only reads and refuses to write, also on a folder that was empty', () => {
    const dir = temporaryDir()
    for (const round of [1, 2]) {
      const store = openStore(dir, { readOnly: true })
      expect(store.calls.count(null)).toBe(0)
      expect(failureOf(() => store.meta.set('k', String(round))).code).toBe('STATE_UNWRITABLE')
      store.close()
    }
  })

  it('refuses a state made by a newer version, and leaves it as it is', () => {
    const dir = temporaryDir()
    openStore(dir).close()
    const path = join(dir, 'state.sqlite')
    const raw = new DatabaseSync(path)
    raw.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)
    raw.close()
    expect(failureOf(() => openStore(dir)).code).toBe('STATE_NEWER')
    expect(failureOf(() => openStore(dir, { readOnly: true })).code).toBe('STATE_NEWER')
  })

  it('says that a damaged state can be moved away and built again', () => {
    const dir = temporaryDir()
    writeFileSync(
      join(dir, 'state.sqlite'),
      'this is no database, and it is long enough to be read as one'.repeat(40),
    )
    const failure = failureOf(() => openStore(dir))
    expect(failure.code).toBe('STATE_CORRUPT')
    expect(failure.suggestions.join(' ')).toContain('Move the folder away')
  })

  it('takes a cell that cannot be read for damage, not for data', () => {
    const dir = temporaryDir()
    const store = openStore(dir)
    store.calls.savePage(1, [sampleCall('1')], NOW)
    const raw = new DatabaseSync(join(dir, 'state.sqlite'))
    raw.exec(`UPDATE calls SET body = '{"id":'`)
    raw.close()
    expect(failureOf(() => store.calls.get('1')).code).toBe('STATE_CORRUPT')
    store.close()
  })

  it.each([
    ['plans', 'cells', '{"decision":"apply"}'],
    ['plans', 'cells', '["apply",7]'],
    ['runs', 'request', '[5]'],
    ['runs', 'request', '"all of it"'],
    ['runs', 'request', '{"v":2,"limit":5}'],
  ])('takes another shape for damage, not for data: %s.%s as %s', (table, column, json) => {
    const dir = temporaryDir()
    const store = openStore(dir)
    const start = { command: 'backfill', mode: 'plan', since: 1, until: 2, request: { limit: 5 }, nowMs: NOW }
    const { id } = store.runs.start(start)
    store.plans.add(id, [sampleRow(id, 0)])
    const raw = new DatabaseSync(join(dir, 'state.sqlite'))
    raw.prepare(`UPDATE ${table} SET ${column} = ?`).run(json)
    raw.close()
    const read = () => (table === 'runs' ? store.runs.get(id) : [...store.plans.iterate(id)])
    expect(failureOf(read).code).toBe('STATE_CORRUPT')
    store.close()
  })

  it('reads what was asked of a run of 0.1.0, which said no version', () => {
    const dir = temporaryDir()
    const store = openStore(dir)
    const start = { command: 'backfill', mode: 'plan', since: 1, until: 2, request: {}, nowMs: NOW }
    const { id } = store.runs.start(start)
    const raw = new DatabaseSync(join(dir, 'state.sqlite'))
    raw.exec(`UPDATE runs SET request = '{"limit":5,"refresh":false}'`)
    raw.close()
    expect(store.runs.get(id)?.request).toStrictEqual({ limit: 5, refresh: false })
    store.close()
  })

  it('names a folder that cannot be written', () => {
    const file = join(temporaryDir(), 'file')
    writeFileSync(file, '')
    expect(failureOf(() => openStore(join(file, 'state'))).code).toBe('STATE_UNWRITABLE')
    const taken = temporaryDir()
    mkdirSync(join(taken, 'state.sqlite'))
    expect(failureOf(() => openStore(taken)).code).toBe('STATE_UNWRITABLE')
  })

  it.skipIf(process.getuid?.() === 0)('names a folder of somebody else', () => {
    const dir = temporaryDir()
    chmodSync(dir, 0o500)
    expect(failureOf(() => openStore(dir)).code).toBe('STATE_UNWRITABLE')
    chmodSync(dir, 0o700)
    rmSync(dir, { recursive: true })
  })
})

describe('the database', () => {
  const open = () => {
    const dir = temporaryDir()
    const db = new Database(join(dir, 'x.sqlite'), { dir })
    db.exec('CREATE TABLE t (v TEXT)')
    return db
  }

  it('says when the disk is full, takes the transaction back and goes on afterwards', () => {
    const db = open()
    db.exec('PRAGMA max_page_count = 8')
    const fill = () =>
      db.transaction(() => {
        for (let i = 0; i < 100; i += 1) db.run('INSERT INTO t VALUES (?)', 'x'.repeat(4096))
      })
    expect(failureOf(fill).code).toBe('DISK_FULL')
    db.exec('PRAGMA max_page_count = 10000')
    expect(db.count('SELECT count(*) FROM t')).toBe(0)
    fill()
    expect(db.count('SELECT count(*) FROM t')).toBe(100)
    db.close()
  })

  it('takes back the inner transaction alone when its failure is dealt with', () => {
    const db = open()
    db.transaction(() => {
      db.run("INSERT INTO t VALUES ('outer')")
      const inner = () =>
        db.transaction(() => {
          db.run("INSERT INTO t VALUES ('inner')")
          throw new Error('inner')
        })
      expect(inner).toThrow('inner')
    })
    expect(db.all('SELECT v FROM t', [], (row) => row['v'])).toEqual(['outer'])
    db.close()
  })

  it('takes everything back when the outer transaction fails', () => {
    const db = open()
    const outer = () =>
      db.transaction(() => {
        db.transaction(() => db.run("INSERT INTO t VALUES ('inner')"))
        throw new Error('outer')
      })
    expect(outer).toThrow('outer')
    expect(db.count('SELECT count(*) FROM t')).toBe(0)
    db.close()
  })

  it('refuses a transaction that would wait', () => {
    const db = open()
    expect(() => db.transaction(async () => db.run("INSERT INTO t VALUES ('late')"))).toThrow(TypeError)
    expect(db.raw.isTransaction).toBe(false)
    db.close()
  })
})
