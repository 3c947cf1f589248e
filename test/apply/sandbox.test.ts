import { describe, expect, it } from 'vitest'
import { type ApplyItem, applyItems, type Strategy } from '../../src/apply/apply.ts'
import { createHttpClient } from '../../src/http/client.ts'
import { createGate } from '../../src/http/gate.ts'
import { createPlanhatReader, createPlanhatWriter } from '../../src/planhat/client.ts'
import type { RecordOutcome } from '../../src/records.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { poisonIds, type Switches } from '../../src/sandbox/switches.ts'
import { useSandbox } from '../support/sandbox.ts'
import { count, create, fakeClock } from './support/items.ts'

/** Records for End Users and companies that this sandbox really has. */
function itemsFor(sandbox: Sandbox, total: number): ApplyItem[] {
  const people = [...sandbox.planhat.endUsers.values()].filter((one) => !one.archived)
  return Array.from({ length: total }, (_, n) => {
    const { _id, name, companyId } = people[n % people.length] ?? { _id: '', name: '', companyId: '' }
    return create(n, { companyId, endusers: [{ id: _id, name }] })
  })
}

async function applyTo(sandbox: Sandbox, items: ApplyItem[], strategy: Strategy) {
  const clock = fakeClock()
  const http = createHttpClient({
    baseUrl: sandbox.env.PLANHAT_BASE_URL,
    authorization: `Bearer ${sandbox.env.PLANHAT_API_TOKEN}`,
    gate: createGate({ perMinute: 1e6, clock }),
    clock,
    userAgent: 'test',
    timeoutMs: 2_000,
  })
  const outcomes: RecordOutcome[] = []
  await applyItems({
    items,
    reader: createPlanhatReader(http),
    writer: createPlanhatWriter(http),
    strategy,
    behaviour: null,
    batch: { maxItems: 40, maxBytes: 100_000 },
    clock,
    onOutcome: (outcome) => outcomes.push(outcome),
  })
  return { outcomes, writes: http.stats.writes }
}

const VARIANTS: [string, Partial<Switches>][] = [
  ['as Planhat most likely is', {}],
  ['bulk creates copies, POST allows them', { bulkMatchesExternalId: false, postDuplicate: 'duplicate' }],
  ['bulk and POST refuse copies', { bulkMatchesExternalId: false, postDuplicate: '400' }],
  [
    'lists ignore sort, select and limit',
    { sortHonoured: false, selectHonoured: false, limitHonoured: false },
  ],
  ['lists show no external id', { listHasExternalId: false, bulkMatchesExternalId: false }],
  ['references do not decode spaces', { extidSpaces: 'missing', bulkMatchesExternalId: false }],
  [
    'contactId is ignored, errors are objects, 200 for partial',
    { contactId: 'ignored', errorItems: 'object', partialStatus: 200 },
  ],
  ['a bad item takes the batch with it, as 400', { partialApplies: false, partialStatus: 400 }],
]

describe.each(VARIANTS)('a sandbox where %s', (_name, switches) => {
  it.each(['auto', 'resolve', 'single'] as Strategy[])(
    'holds each record once after two runs, poison named (%s)',
    async (strategy) => {
      const sandbox = await useSandbox({ calls: 5, endUsers: 20, switches })
      const items = itemsFor(sandbox, 60)
      const bad = [items[4], items[41]].map((item) => item?.payload.externalId ?? '')
      sandbox.switches.poison = poisonIds(bad)
      const before = sandbox.planhat.conversations.size
      const first = await applyTo(sandbox, items, strategy)
      expect(count(first.outcomes)).toEqual({ created: 58, failed: 2 })
      const second = await applyTo(sandbox, items, strategy)
      expect(second.outcomes.every((o) => o.outcome !== 'created')).toBe(true)
      for (const { payload } of items) {
        const copies = sandbox.planhat.conversations.byExternalId(payload.externalId)
        expect(copies).toHaveLength(bad.includes(payload.externalId) ? 0 : 1)
      }
      expect(sandbox.planhat.conversations.size).toBe(before + 58)
    },
  )
})

describe('a sandbox that loses answers', () => {
  it.each(['auto', 'resolve', 'single'] as Strategy[])(
    'holds each record once all the same (%s)',
    async (strategy) => {
      const sandbox = await useSandbox({
        calls: 5,
        endUsers: 20,
        switches: { bulkMatchesExternalId: false, postDuplicate: 'duplicate' },
      })
      const items = itemsFor(sandbox, 30)
      sandbox.faults.set({ rates: { lost: 0.1, reset: 0.05, '5xx': 0.05, truncate: 0.05, html: 0.05 } })
      const { outcomes } = await applyTo(sandbox, items, strategy)
      expect(count(outcomes)).toEqual({ created: 30 })
      for (const { payload } of items) {
        expect(sandbox.planhat.conversations.byExternalId(payload.externalId)).toHaveLength(1)
      }
    },
  )
})
