import type { SQLInputValue } from 'node:sqlite'
import type { Database } from '../store/database.ts'
import { type Row, readInteger, readIntegerOrNull, readText, readTextOrNull } from '../store/row.ts'
import { CONTENT_EVENTS } from './event.ts'
import { MAX_WAIT_MS, type OpenCall } from './schedule.ts'

/** Ids, event names and times: nothing else of an event is ever stored. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS calls (
  call_id TEXT PRIMARY KEY, events INTEGER NOT NULL, waiting_since INTEGER, last_event INTEGER NOT NULL,
  due INTEGER NOT NULL, announced TEXT NOT NULL, asked INTEGER, not_ended INTEGER NOT NULL, unknown INTEGER NOT NULL,
  not_yet INTEGER NOT NULL,
  failures INTEGER NOT NULL, failing_since INTEGER, crashes INTEGER NOT NULL, code TEXT, dead INTEGER,
  in_work INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS calls_by_due ON calls (due) WHERE dead IS NULL;
CREATE INDEX IF NOT EXISTS calls_by_waiting ON calls (waiting_since) WHERE dead IS NULL AND waiting_since IS NOT NULL;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`

const COLUMNS = `call_id, events, waiting_since, last_event, due, announced, asked, not_ended, unknown, not_yet,
  failures, failing_since,
  crashes, code, dead`

const SELECT_CALL = `SELECT ${COLUMNS} FROM calls`
const PUT_CALL = `INSERT OR REPLACE INTO calls (${COLUMNS}) VALUES (${Array(15).fill('?').join(', ')})`

/** The open and the dead calls. Nothing here is a transaction of its own. */
export class CallsTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  count(): number {
    return this.#db.count('SELECT count(*) FROM calls')
  }

  get(callId: string): OpenCall | null {
    return this.#db.one(`${SELECT_CALL} WHERE call_id = ?`, [callId], toCall)
  }

  /** Takes the mark of being in work away. */
  put(call: OpenCall): void {
    this.#db.run(PUT_CALL, ...toCells(call))
  }

  /** What an event changes in a call that is here: one that is in work stays marked as such. */
  putEvent(call: OpenCall): void {
    this.#db.run(
      'UPDATE calls SET events = ?, waiting_since = ?, last_event = ?, due = ?, ' +
        'announced = ?, not_ended = ? WHERE call_id = ?',
      ...[
        call.events,
        call.waitingSinceMs,
        call.lastEventMs,
        call.dueMs,
        call.announced.join(' '),
        call.notEnded,
      ],
      call.callId,
    )
  }

  drop(callId: string): void {
    this.#db.run('DELETE FROM calls WHERE call_id = ?', callId)
  }

  dropDead(callId: string): void {
    this.#db.run('DELETE FROM calls WHERE call_id = ? AND dead IS NOT NULL', callId)
  }

  markInWork(callId: string, isInWork: boolean): void {
    this.#db.run('UPDATE calls SET in_work = ? WHERE call_id = ?', isInWork ? 1 : 0, callId)
  }

  /** The longest due first. What a clock set further away than any pause is due as well. */
  due(nowMs: number, limit: number): OpenCall[] {
    const where = 'dead IS NULL AND (due <= ? OR due > ?)'
    const values = [nowMs, nowMs + MAX_WAIT_MS, limit]
    return this.#db.all(`${SELECT_CALL} WHERE ${where} ORDER BY due, call_id LIMIT ?`, values, toCall)
  }

  /** When the next call is due besides these. */
  nextDueMs(without: ReadonlySet<string>): number | null {
    const sql = `${SELECT_CALL} WHERE dead IS NULL ORDER BY due LIMIT ?`
    const first = this.#db.all(sql, [without.size + 1], toCall)
    return first.find(({ callId }) => !without.has(callId))?.dueMs ?? null
  }

  dead(): OpenCall[] {
    return this.#db.all(`${SELECT_CALL} WHERE dead IS NOT NULL`, [], toCall)
  }

  inWork(): OpenCall[] {
    return this.#db.all(`${SELECT_CALL} WHERE in_work = 1`, [], toCall)
  }
}

function toCells(call: OpenCall): SQLInputValue[] {
  return [
    call.callId,
    call.events,
    call.waitingSinceMs,
    call.lastEventMs,
    call.dueMs,
    call.announced.join(' '),
    call.askedMs,
    call.notEnded,
    call.unknown,
    call.notYet,
    call.failures,
    call.failingSinceMs,
    call.crashes,
    call.code,
    call.deadMs,
  ]
}

function toCall(row: Row): OpenCall {
  const names = readText(row, 'announced').split(' ')
  return {
    callId: readText(row, 'call_id'),
    events: readInteger(row, 'events'),
    waitingSinceMs: readIntegerOrNull(row, 'waiting_since'),
    lastEventMs: readInteger(row, 'last_event'),
    dueMs: readInteger(row, 'due'),
    announced: CONTENT_EVENTS.filter((event) => names.includes(event)),
    askedMs: readIntegerOrNull(row, 'asked'),
    notEnded: readInteger(row, 'not_ended'),
    unknown: readInteger(row, 'unknown'),
    notYet: readInteger(row, 'not_yet'),
    failures: readInteger(row, 'failures'),
    failingSinceMs: readIntegerOrNull(row, 'failing_since'),
    crashes: readInteger(row, 'crashes'),
    code: readTextOrNull(row, 'code'),
    deadMs: readIntegerOrNull(row, 'dead'),
  }
}
