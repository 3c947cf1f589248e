import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { COLUMNS, lineOf } from '../../src/review/columns.ts'
import { MIGRATIONS } from '../../src/store/migrations.ts'
import { openStore } from '../../src/store/store.ts'
import { temporaryDir } from './samples.ts'

it('keeps the plans of a state that still stored their payloads', () => {
  const dir = temporaryDir()
  const raw = new DatabaseSync(join(dir, 'state.sqlite'))
  raw.exec(`${MIGRATIONS.slice(0, 2).join(';')}; PRAGMA user_version = 2`)
  const shown = COLUMNS.map((column) => [column, column === 'enduser' ? 'Zoë "Z" Löwe' : `a ${column}`])
  const row =
    raw.prepare(`INSERT INTO plans (row_digest, run_id, seq, call_id, record, action, reason, cells, payload,
    held_digest, payload_digest) VALUES (?, 'run', ?, ?, 'call', 'create', 'matched', ?, ?, ?, ?)`)
  row.run('r2', 1, '11', JSON.stringify(Object.fromEntries(shown)), Buffer.from('x'), 'held', 'paid')
  row.run('r1', 0, '10', JSON.stringify(Object.fromEntries(shown.toReversed())), null, null, null)
  raw.close()
  const store = openStore(dir)
  const [first, second] = [...store.plans.iterate('run')]
  const later = ['candidate_names', 'calls_of_number']
  const line = shown.slice(0, -1).map(([column, cell]) => (later.includes(String(column)) ? '' : cell))
  expect([first, second].map((one) => one && lineOf(one))).toEqual([
    [...line, 'r1'],
    [...line, 'r2'],
  ])
  expect(second).toMatchObject({
    callId: '11',
    action: 'create',
    remoteDigest: 'held',
    payloadDigest: 'paid',
  })
  expect(store.plans.byDigest('r1')).toEqual(first)
  store.close()
})
