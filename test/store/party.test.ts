import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { PARTY_SQL, partyOf } from '../../src/store/party.ts'
import { aCall } from '../support/builders.ts'

describe('the other side of a call', () => {
  it.each([
    ['+1 202-555-0143', '12025550143'],
    ['+1 (202) 555.0143', '12025550143'],
    ['+12025550143', '12025550143'],
    ['+44\u00a020 7946 0018', '442079460018'],
    ['anonymous', null],
    ['+1 202-555-0143 ext 5', null],
    ['', null],
    [null, null],
  ])('%s is %s, for a call that is stored now and for one of an older state', (rawDigits, party) => {
    expect(partyOf(aCall({ rawDigits }))).toBe(party)
    const db = new DatabaseSync(':memory:')
    db.exec('CREATE TABLE calls (body TEXT)')
    db.prepare('INSERT INTO calls VALUES (?)').run(JSON.stringify({ rawDigits }))
    expect(db.prepare(`SELECT ${PARTY_SQL} AS party FROM calls`).get()?.['party']).toBe(party)
    db.close()
  })
})
