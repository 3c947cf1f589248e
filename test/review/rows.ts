import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Call, EndUser, Match } from '../../src/domain.ts'
import type { Payload, StoredRow } from '../../src/records.ts'
import { bindRow, type Cells, draftRow, nameCells, type ReviewedRecord } from '../../src/review/columns.ts'
import { aCall } from '../support/builders.ts'

export const temporaryFile = (name = 'review.csv') =>
  join(mkdtempSync(join(tmpdir(), 'aircall-sync-review-')), name)

export function call(id: string, over: Partial<Call> = {}): Call {
  return aCall({ id, asset: null, line: null, ...over })
}

export function endUser(id: string, over: Partial<EndUser> = {}): Omit<EndUser, 'phones'> {
  return {
    id,
    name: 'Zoë Löwe',
    email: 'zoe@acme.example',
    companyId: 'co-1',
    companyName: 'Acme, Inc.',
    country: null,
    archived: false,
    ...over,
  }
}

export function matched(): Match {
  return {
    kind: 'matched',
    number: '+12025550134',
    because: 'made up',
    companyId: 'co-1',
    companyName: 'Acme, Inc.',
    endUsers: [endUser('eu-1')],
    field: 'custom.Phone 2',
    tier: 1,
    via: 'phone',
  }
}

export function ambiguous(...ids: string[]): Match {
  const candidates = ids.map((id) => ({ endUser: endUser(id), field: 'phone', tier: 1 as const }))
  return { kind: 'ambiguous', number: '+12025550134', because: 'made up', candidates }
}

export function payload(externalId: string, over: Partial<Payload> = {}): Payload {
  return {
    externalId,
    type: 'Cold Call',
    subject: 'Aircall – inbound call from zoe@acme.example',
    description: '<p>Inbound call answered by Ana Cruz.</p>\n<p>Talk time 4&nbsp;min 12&nbsp;s.</p>',
    date: '2026-06-01T10:04:20.000Z',
    companyId: 'co-1',
    endusers: [],
    users: [],
    ...over,
  }
}

export function planned(callId: string, over: Partial<ReviewedRecord> = {}): ReviewedRecord {
  const externalId = `${callId}-cold call`
  const nothing = { remoteDigest: null, changes: [], declined: false }
  return { externalId, action: 'create', payload: payload(externalId), ...nothing, ...over }
}

/** A row for each action of docs/contract.md section 4, in CSV order. */
export function plan(runId = '20260601-120000-ab12'): StoredRow[] {
  const changes = [
    { field: 'subject', before: 'x', after: 'y' },
    { field: 'custom.Call Recording', before: null, after: 'z' },
  ]
  let seq = 0
  const row = (id: string, match: Match, record: ReviewedRecord | null) =>
    bindRow(
      draftRow({
        runId,
        call: call(id),
        match,
        record: 'call',
        planned: record,
        callsOfNumber: 2,
        seq: seq++,
      }),
    )
  return [
    row('3000000001', matched(), planned('3000000001')),
    row('3000000002', matched(), planned('3000000002', { action: 'update', changes })),
    row('3000000003', matched(), planned('3000000003', { action: 'unchanged' })),
    row('3000000004', ambiguous('eu-1', 'eu-2'), null),
    row('3000000005', { kind: 'anonymous', number: 'anonymous', because: 'withheld' }, null),
  ]
}

export function cellsOf(row: StoredRow, over: Partial<Cells> = {}): Cells {
  return { ...nameCells(row), ...over }
}
