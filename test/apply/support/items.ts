import { applyItems } from '../../../src/apply/apply.ts'
import type { ApplyItem, BulkBehaviour, Strategy } from '../../../src/apply/item.ts'
import type { Announced, Snapshot } from '../../../src/apply/session.ts'
import type { Clock, Warning } from '../../../src/domain.ts'
import { createPlanhatReader, createPlanhatWriter } from '../../../src/planhat/client.ts'
import type { Payload, RecordOutcome, RemoteRecord } from '../../../src/records.ts'
import type { FakePlanhat } from './fake-planhat.ts'

const COMPANIES = ['5e15901391025d870eec0001', '5e15901391025d870eec0002', '5e15901391025d870eec0003']

export function payload(n: number, more: Partial<Payload> = {}): Payload {
  return {
    externalId: `${4180000000 + n}-cold call`,
    type: 'Cold Call',
    subject: `Aircall – inbound call from person${n}@example.com`,
    description: `<p>Inbound call ${n}. Talk time 4 min.</p>`,
    date: '2026-11-02T10:15:00.000Z',
    companyId: COMPANIES[n % COMPANIES.length] ?? '',
    endusers: [{ id: `5e26e38abf07307b89e4${String(n).padStart(4, '0')}`, email: `person${n}@example.com` }],
    users: [],
    custom: { 'Call Recording': `https://assets.aircall.io/calls/${n}/recording` },
    ...more,
  }
}

export function create(n: number, more: Partial<Payload> = {}): ApplyItem {
  return {
    callId: String(4180000000 + n),
    record: 'call',
    action: 'create',
    payload: payload(n, more),
    fields: null,
    planhatId: null,
    companyMoved: false,
  }
}

export function update(n: number, planhatId: string | null, fields: string[], more: Partial<Payload> = {}) {
  return { ...create(n, more), action: 'update', planhatId, fields } satisfies ApplyItem
}

export function creates(count: number): ApplyItem[] {
  return Array.from({ length: count }, (_, n) => create(n))
}

/** A clock that never waits and remembers what it was asked to wait. */
export function fakeClock(): Clock & { slept: number[] } {
  const slept: number[] = []
  return {
    slept,
    nowMs: () => 1_764_000_000_000,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
    },
  }
}

export interface Tenant {
  behaviour: BulkBehaviour | null
}

export interface Run {
  outcomes: RecordOutcome[]
  befores: (RemoteRecord | null)[]
  events: Warning[]
  slept: number[]
  error: unknown
}

/** One run of the write path against the fake, whatever its end. */
export async function run(
  planhat: FakePlanhat,
  items: ApplyItem[],
  o: {
    strategy?: Strategy
    tenant?: Tenant
    maxItems?: number
    maxBytes?: number
    signal?: AbortSignal
    snapshot?: Snapshot
    announce?: (records: readonly Announced[]) => void
  } = {},
): Promise<Run> {
  const tenant = o.tenant ?? { behaviour: null }
  const clock = fakeClock()
  const result: Run = { outcomes: [], befores: [], events: [], slept: clock.slept, error: null }
  try {
    await applyItems({
      items,
      reader: createPlanhatReader(planhat),
      writer: createPlanhatWriter(planhat),
      strategy: o.strategy ?? 'auto',
      behaviour: tenant.behaviour,
      batch: { maxItems: o.maxItems ?? 500, maxBytes: o.maxBytes ?? 8_000_000 },
      clock,
      signal: o.signal,
      snapshot: o.snapshot,
      announce: o.announce,
      onOutcome: (outcome, _item, before) => {
        result.outcomes.push(outcome)
        result.befores.push(before)
      },
      onEvent: (event) => result.events.push(event),
    })
  } catch (error) {
    result.error = error
  }
  return result
}

export function count(outcomes: readonly RecordOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}
