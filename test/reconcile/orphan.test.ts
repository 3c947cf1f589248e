import { describe, expect, it } from 'vitest'
import { defaultConversationSettings as settings } from '../../src/conversation/settings.ts'
import { classifyOrphan, type OrphanFacts } from '../../src/reconcile/orphan.ts'
import type { RemoteRecord } from '../../src/records.ts'
import { aRemote, JUNE_FIRST } from '../support/builders.ts'

const DAY = 86_400

function classify(remote: Partial<RemoteRecord> = {}, facts: Partial<OrphanFacts> = {}) {
  return classifyOrphan(
    aRemote(remote),
    {
      window: { since: JUNE_FIRST - DAY, until: JUNE_FIRST + DAY },
      horizon: JUNE_FIRST - 180 * DAY,
      readComplete: true,
      isKnownCall: () => false,
      ...facts,
    },
    settings,
  )
}

describe('classifyOrphan', () => {
  it('reports a Conversation of ours whose call Aircall does not have', () => {
    expect(classify()).toMatchObject({
      class: 'orphan',
      callId: '3000000001',
      record: 'call',
      planhatId: 'cv-1',
      heal: 'none',
      sign: '-',
    })
  })

  it.each(['transcript', 'notranscript'])('counts a %s as one of a transcript', (suffix) => {
    expect(classify({ externalId: `3000000001-${suffix}` })).toMatchObject({
      class: 'orphan',
      record: 'transcript',
    })
  })

  it.each<[string, Partial<RemoteRecord>, Partial<OrphanFacts>]>([
    ['Aircall has the call', {}, { isKnownCall: (callId) => callId === '3000000001' }],
    ['the external id is another system’s', { externalId: 'zendesk-1' }, {}],
    ['it lies before the window', { date: '2026-05-31T09:59:59.000Z' }, {}],
    ['it lies at the end of the window', { date: '2026-06-02T10:00:00.000Z' }, {}],
    ['its date is in 1970', { date: '1970-01-21T14:45:00.000Z' }, {}],
    ['its date is unreadable', { date: 'soon' }, {}],
    ['Aircall’s six months are over', {}, { horizon: JUNE_FIRST + 261 }],
    ['Aircall was not read to the end', {}, { readComplete: false }],
  ])('is silent when %s', (_name, remote, facts) => {
    expect(classify(remote, facts)).toBeNull()
  })

  it('judges a record on the first second of the window', () => {
    expect(classify({ date: '2026-05-31T10:00:00.000Z' })).not.toBeNull()
  })
})
