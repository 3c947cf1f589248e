import { describe, expect, it } from 'vitest'
import { bindRow, draftRow, nameCells } from '../../src/review/columns.ts'
import { ambiguous, call, endUser, matched, payload, plan, planned } from './rows.ts'

const show = (over: Partial<Parameters<typeof draftRow>[0]>) =>
  bindRow(
    draftRow({
      runId: 'run',
      call: call('1'),
      match: matched(),
      record: 'call',
      planned: planned('1'),
      callsOfNumber: 3,
      seq: 0,
      ...over,
    }),
  )

describe('a row of the review', () => {
  it('shows a matched call with everything a reviewer needs', () => {
    expect(nameCells(show({}))).toEqual({
      decision: 'apply',
      action: 'create',
      reason: 'matched',
      call_id: '1',
      record: 'call',
      external_id: '1-cold call',
      date: '2026-06-01T10:04:20.000Z',
      direction: 'inbound',
      outcome: 'answered',
      duration_s: '252',
      agent: 'Ana Cruz',
      number: '+12025550134',
      matched_by: 'Phone 2 (tier 1)',
      enduser: 'Zoë Löwe',
      enduser_id: 'eu-1',
      company: 'Acme, Inc.',
      company_id: 'co-1',
      candidates: '',
      candidate_names: '',
      calls_of_number: '',
      subject: 'Aircall – inbound call from zoe@acme.example',
      excerpt: 'Inbound call answered by Ana Cruz. Talk time 4 min 12 s.',
      changes: '',
      row_digest: show({}).rowDigest,
    })
  })

  it('presets apply for create and update, and skip for all else', () => {
    expect(
      plan()
        .map(nameCells)
        .map(({ action, decision }) => [action, decision]),
    ).toEqual([
      ['create', 'apply'],
      ['update', 'apply'],
      ['unchanged', 'skip'],
      ['hold', 'skip'],
      ['skip', 'skip'],
    ])
  })

  it('offers the candidates of a held call with their companies, archived ones left out', () => {
    const match = ambiguous('eu-1', 'eu-2')
    if (match.kind !== 'ambiguous') throw new Error('not ambiguous')
    const gone = { endUser: endUser('eu-3', { archived: true }), field: 'phone', tier: 1 as const }
    const row = show({ match: { ...match, candidates: [...match.candidates, gone] }, planned: null })
    expect(row.action).toBe('hold')
    expect(nameCells(row)).toMatchObject({
      candidates: 'eu-1@co-1 eu-2@co-1',
      candidate_names: 'Zoë Löwe (Acme, Inc.); Zoë Löwe (Acme, Inc.)',
      calls_of_number: '3',
      enduser_id: '',
      company_id: '',
    })
    expect(row.payloadDigest).toBeNull()
  })

  it('shows a shared line under its company, with no End User', () => {
    const match = {
      kind: 'shared-line',
      number: '+12025550134',
      because: 'made up',
      companyId: 'co-1',
      companyName: null,
      candidates: [],
      field: 'phone',
      tier: 2,
      via: 'phone',
    } as const
    const { enduser, enduser_id, company_id, matched_by } = nameCells(show({ match }))
    expect([enduser, enduser_id, company_id]).toEqual(['', '', 'co-1'])
    expect(matched_by).toBe('phone (tier 2)')
  })

  it('names the fields that an update changes', () => {
    expect(plan().map(nameCells)[1]?.changes).toBe('subject, custom.Call Recording')
  })

  it('cuts the excerpt at 200 characters and keeps every cell on one line', () => {
    const long = payload('1-cold call', {
      description: `<p>${'word\n'.repeat(9000)}</p>`,
      subject: 'a\r\nb\u2028c',
    })
    const cells = nameCells(show({ planned: planned('1', { payload: long }) }))
    expect(cells.excerpt.length).toBeLessThanOrEqual(200)
    expect(cells.subject).toBe('a b c')
    expect(Object.values(cells).join('')).not.toMatch(/[\r\n]/)
  })

  it('shows zero talk time and no agent for a call that nobody took', () => {
    const missed = call('1', { answeredAt: null, agent: null, missedReason: 'no_available_agent' })
    const cells = nameCells(show({ call: missed }))
    expect([cells.outcome, cells.duration_s, cells.agent]).toEqual(['missed', '0', ''])
  })
})

describe('the row digest', () => {
  it('is never number-like', () => {
    const runId = '20260601-120000-be9c'
    expect(show({ runId, seq: 28 }).rowDigest).toMatch(/^r000001c20260601120000be9c[0-9a-f]{10}$/)
  })

  it('binds the place, the run and the payload', () => {
    const other = payload('1-cold call', { endusers: [{ id: 'eu-9' }] })
    const digests = [
      show({}),
      show({ runId: 'run2' }),
      show({ planned: planned('1', { payload: other }) }),
      show({ planned: null }),
      show({ seq: 1 }),
    ].map(({ rowDigest }) => rowDigest)
    expect(new Set(digests).size).toBe(digests.length)
    expect(show({}).rowDigest).toBe(digests[0])
  })
})
