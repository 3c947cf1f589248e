import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Transcript } from '../../src/content.ts'
import type { Call } from '../../src/domain.ts'
import type { LedgerEntry, Payload, RemoteRecord, StoredRow } from '../../src/records.ts'
import { aCall } from '../support/builders.ts'

export const NOW = Date.UTC(2026, 5, 1, 12)

export function temporaryDir(): string {
  return mkdtempSync(join(tmpdir(), 'aircall-sync-store-'))
}

export function sampleCall(id: string, over: Partial<Call> = {}): Call {
  const startedAt = over.startedAt ?? 1_780_000_000
  return aCall({
    id,
    startedAt,
    answeredAt: startedAt + 5,
    endedAt: startedAt + 65,
    rawDigits: '+1 202-555-0123',
    asset: `https://assets.aircall.io/calls/${id}/recording`,
    agent: { id: '1', name: 'Ana Cruz', email: 'ana@example.com' },
    line: { id: '9', name: 'Support', digits: '+1 202-555-0100', country: 'US' },
    ...over,
  })
}

export function sampleTranscript(callId: string): Transcript {
  const utterance = {
    startSeconds: 1.5,
    text: 'Bonjour — “çava”?',
    speaker: 'external',
    phoneNumber: null,
  } as const
  return { callId, type: 'call', language: 'fr', utterances: [utterance] }
}

export function samplePayload(externalId: string, over: Partial<Payload> = {}): Payload {
  return {
    externalId,
    type: 'Cold Call',
    subject: 'Aircall – inbound call from ada@example.com',
    description: '<p>Call was answered.</p>',
    date: '2026-06-01T10:00:00.000Z',
    companyId: 'c1',
    endusers: [{ id: 'u1', name: 'Ada', email: 'ada@example.com' }],
    users: [],
    ...over,
  }
}

export function sampleEntry(callId: string, over: Partial<LedgerEntry> = {}): LedgerEntry {
  const externalId = over.externalId ?? `${callId}-cold call`
  return {
    externalId,
    callId,
    record: 'call',
    planhatId: `p${callId}`,
    companyId: 'c1',
    payload: samplePayload(externalId),
    runId: 'run-1',
    writtenAtMs: NOW,
    ...over,
  }
}

export function sampleRemote(id: string, over: Partial<RemoteRecord> = {}): RemoteRecord {
  return { _id: id, endusers: [], users: [], custom: {}, ...over }
}

export function sampleRow(runId: string, seq: number, over: Partial<StoredRow> = {}): StoredRow {
  const callId = over.callId ?? String(1000 + seq)
  return {
    runId,
    rowDigest: `r${runId}${seq}`,
    seq,
    callId,
    record: 'call',
    action: 'create',
    reason: 'matched',
    cells: ['apply', 'create', 'matched', callId, 'call', `${callId}-cold call`],
    payloadDigest: 'd',
    remoteDigest: null,
    ...over,
  }
}
