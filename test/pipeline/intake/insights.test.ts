import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadSettings } from '../../../src/config/settings.ts'
import { INSIGHTS } from '../../../src/content-settings.ts'
import { explainCall } from '../../../src/pipeline/explain.ts'
import { purge } from '../../../src/pipeline/purge.ts'
import { DAY, type Journey, type JourneyOptions, startJourney } from '../../support/journey.ts'
import { SANDBOX_NOW_MS } from '../../support/sandbox.ts'
import { theOne, writesTo } from '../../support/writing.ts'

const NOW = SANDBOX_NOW_MS / 1000
const RANGE = { since: NOW - DAY, until: NOW + 30 * DAY }
const content = (insights: readonly string[], more: object = {}) => ({
  conversation: { content: { insights, ...more } },
})

const insightsAsked = ({ sandbox }: Journey) =>
  sandbox.log.flatMap(({ path }) => /\/(summary|topics|sentiments|action_items)$/.exec(path)?.[1] ?? [])

/** A matched call of an hour ago, with its transcript. */
async function oneCall(options: JourneyOptions = {}) {
  const journey = await startJourney({
    ...options,
    sandbox: { calls: 0, automation: false, switches: { matureCalls: false }, ...options.sandbox },
  })
  const { aircall, world } = journey.sandbox
  const caller = world.callers.known[0]
  const call = aircall.addCall({
    started_at: NOW - 3600,
    raw_digits: caller?.raw ?? '',
    ended_at: NOW - 3300,
  })
  aircall.ripen(call.id)
  const id = String(call.id)
  return { journey, aircall, id, record: () => theOne(journey, `${id}-cold call`).description ?? '' }
}

/** The same journey with another configuration. */
function settingsOf(journey: Journey, config: object) {
  const path = join(journey.folder, `other-${others++}.json`)
  const limits = { aircallPerMinute: 60_000, planhatPerMinute: 60_000 }
  writeFileSync(path, JSON.stringify({ limits, ...config }))
  const env = { ...journey.sandbox.env, AIRCALL_SYNC_STATE_DIR: join(journey.folder, 'state') }
  return { settings: loadSettings({ flags: { config: path }, env, cwd: journey.folder }) }
}
let others = 0

describe('insights', () => {
  it('cost nothing until they are named', async () => {
    const { journey, record } = await oneCall()
    const run = await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(insightsAsked(journey)).toEqual([])
    expect(run.insights).toEqual({})
    expect(record()).not.toContain('Summary')
  })

  it('are asked for once each, said before, counted, written, and never again', async () => {
    const { journey, aircall, id, record } = await oneCall({ config: content(INSIGHTS) })
    aircall.insights.put(id, 'summary', { summary: { content: 'Line one\nline <two>' } })
    aircall.insights.put(id, 'actionItems', { action_items: [] })
    const run = await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(insightsAsked(journey).sort()).toEqual(['action_items', 'sentiments', 'summary', 'topics'])
    const one = { eligible: 1, ready: 1, pending: 0, none: 0, denied: 0 }
    expect(run.insights).toEqual({ summary: one, actionItems: one, topics: one, sentiment: one })
    expect(run.requests.aircall.insights).toBe(4)
    for (const kind of INSIGHTS)
      expect(journey.lines).toContain(
        `Insight ${kind}: 1 call, less than a minute at 60000 requests a minute.`,
      )
    expect(record()).toContain('<p><strong>Summary:</strong> Line one<br>line &lt;two&gt;</p>')
    expect(record()).toMatch(
      /<p><strong>Topics:<\/strong> .+<\/p><p><strong>Sentiment:<\/strong> (positive|neutral|negative)<\/p>/,
    )
    expect(record()).not.toContain('Action items')
    journey.sandbox.log.length = 0
    const again = await journey.reconcile({ fix: true, range: RANGE })
    expect(insightsAsked(journey)).toEqual([])
    expect(again.drift).toMatchObject({ 'in-sync': 2, changed: 0 })
    expect(writesTo(journey)).toBe(0)
  })

  it('are not asked of calls that are too short, missed, or nobody’s', async () => {
    const { journey, aircall } = await oneCall({
      config: content(['topics'], { insightsMinTalkSeconds: 120 }),
    })
    const known = journey.sandbox.world.callers.known[0]?.raw ?? ''
    const at = NOW - 7200
    aircall.addCall({ raw_digits: known, started_at: at, answered_at: at + 10, ended_at: at + 129 })
    aircall.addCall({ raw_digits: known, started_at: at, answered_at: null, ended_at: at + 400 })
    aircall.addCall({ raw_digits: '+1 202-555-0177', started_at: at, ended_at: at + 400 })
    aircall.addCall({ raw_digits: known, started_at: at, answered_at: at + 10, ended_at: at + 130 })
    const run = await journey.backfill({ range: RANGE })
    expect(insightsAsked(journey)).toHaveLength(2)
    expect(run.insights['topics']).toMatchObject({ eligible: 2 })
  })

  it('that are late are asked for by every run until they are there, and given up after the patience', async () => {
    const { journey, id, record } = await oneCall({
      config: content(['summary', 'topics']),
      sandbox: { switches: { insightDelaySeconds: 10 * 3600, matureCalls: false } },
    })
    journey.sandbox.aircall.insights.put(id, 'topics', {}, 404)
    const first = await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(first.insights['summary']).toMatchObject({ pending: 1 })
    await journey.clock.sleep(11 * 3_600_000)
    // Also by a reconcile whose window has the call no longer.
    const later = { since: NOW + 3600, until: NOW + 11 * 3600 }
    const healed = await journey.reconcile({ fix: true, range: later })
    expect(healed.drift).toMatchObject({ changed: 1 })
    expect(record()).toContain('<strong>Summary:</strong>')
    await journey.clock.sleep(70 * 3_600_000)
    const last = await journey.reconcile({ fix: true, range: RANGE })
    expect(last.insights).toMatchObject({ summary: { ready: 1 }, topics: { none: 1, pending: 0 } })
    journey.sandbox.log.length = 0
    await journey.reconcile({ fix: true, range: RANGE })
    expect(insightsAsked(journey)).toEqual([])
  })

  it('that the account has not got are refused each alone, once, with a warning', async () => {
    const { journey, aircall, record } = await oneCall({
      config: content(['summary', 'topics', 'sentiment']),
      sandbox: { switches: { insightsDenied: ['topics'], matureCalls: false } },
    })
    const known = journey.sandbox.world.callers.known[0]?.raw ?? ''
    const other = aircall.addCall({ raw_digits: known, started_at: NOW - 9000, ended_at: NOW - 8000 })
    aircall.ripen(other.id)
    const run = await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(insightsAsked(journey).filter((path) => path === 'topics')).toHaveLength(1)
    expect(run.warnings.filter(({ code }) => code === 'INSIGHT_DENIED')).toHaveLength(1)
    expect(run.insights).toMatchObject({
      topics: { eligible: 2, denied: 2 },
      summary: { ready: 2 },
      sentiment: { ready: 2 },
    })
    expect(run.run.exitCode).toBe(0)
    expect(record()).toContain('Summary')
  })

  it('are redacted before they are stored', async () => {
    const { journey, aircall, id, record } = await oneCall({
      config: { ...content(['summary', 'actionItems']), transcripts: { redact: ['card'] } },
    })
    aircall.insights.put(id, 'summary', { summary: { content: 'Card 4111 1111 1111 1111.' } })
    aircall.insights.put(id, 'actionItems', { action_items: [{ content: 'Charge 4111 1111 1111 1111' }] })
    await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(record()).toContain('<strong>Summary:</strong> Card [card].')
    expect(record()).toContain('<li>Charge [card]</li>')
    expect(journey.look((store) => store.insights.get(id).summary)).toBe('Card [card].')
  })

  it('that were written stay although Aircall has them no longer, also with the state lost', async () => {
    const { journey, aircall, id, record } = await oneCall({ config: content(INSIGHTS) })
    await journey.backfill({ range: RANGE, mode: 'apply' })
    const written = record()
    expect(written).toContain('Summary')
    aircall.insights.drop(id)
    await journey.backfill({ range: RANGE, mode: 'apply', refresh: true })
    rmSync(join(journey.folder, 'state'), { recursive: true })
    await journey.pullIndex()
    const before = writesTo(journey)
    for (let night = 0; night < 2; night += 1) {
      const run = await journey.reconcile({ fix: true, range: RANGE })
      expect(run.drift).toMatchObject({ 'in-sync': 2, changed: 0, edited: 0 })
    }
    expect(record()).toBe(written)
    expect(writesTo(journey)).toBe(before)
  })

  it('go when they are switched off, also with the state lost, and come with what is switched on', async () => {
    const { journey, record } = await oneCall({ config: content(['summary']) })
    await journey.backfill({ range: RANGE, mode: 'apply' })
    const off = settingsOf(journey, content([]))
    const run = await journey.reconcile({ fix: true, range: RANGE }, off)
    expect(run.drift).toMatchObject({ changed: 1 })
    expect(record()).not.toContain('Summary')
    const on = await journey.reconcile({ fix: true, range: RANGE })
    expect(on.drift).toMatchObject({ changed: 1 })
    expect(record()).toContain('Summary')
    rmSync(join(journey.folder, 'state'), { recursive: true })
    await journey.pullIndex()
    await journey.reconcile({ fix: true, range: RANGE }, off)
    expect(record()).not.toContain('Summary')
  })

  it('are explained, and counted in the report by week and by agent, without any text', async () => {
    const { journey, aircall, id } = await oneCall({ config: content(['summary', 'topics']) })
    aircall.insights.put(id, 'summary', { summary: { content: 'Nobody reads this in a report.' } })
    aircall.insights.put(id, 'topics', { topic: { content: ['renewal'] } })
    const run = await journey.backfill({ range: RANGE, mode: 'apply' })
    const page = readFileSync(run.files.report, 'utf8')
    expect(page).toContain('Topics by week and by agent')
    expect(page).not.toContain('Sentiment by week')
    expect(page).not.toContain('Nobody reads this')
    const { insights, records } = await explainCall(journey.world(), id)
    expect(insights).toMatchObject({ summary: { state: 'ready' }, topics: { state: 'ready' } })
    expect(records[0]).toMatchObject({ action: 'unchanged', changes: [] })
    expect(records[0]?.payload?.description).toContain('<p><strong>Topics:</strong> renewal</p>')
  })

  it('leave the state with their call', async () => {
    const { journey, id } = await oneCall({ config: content(INSIGHTS) })
    await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(journey.look((store) => store.insights.get(id).summary)).not.toBeNull()
    await journey.clock.sleep(3 * DAY * 1000)
    await purge(journey.world(), { olderThanSeconds: DAY, yes: true })
    expect(journey.look((store) => store.insights.get(id).summary)).toBeNull()
  })

  it('fill custom fields by their kind', async () => {
    const fields = {
      Gist: 'summary',
      'What to do': 'actionItems',
      About: 'topics',
      Picks: 'topics',
      Waited: 'waitSeconds',
    }
    const { journey, aircall, id } = await oneCall({
      config: { conversation: { content: { insights: INSIGHTS }, customFields: fields } },
    })
    const kinds = {
      Gist: 'rich text',
      'What to do': 'text',
      About: 'text',
      Picks: 'multipicklist',
      Waited: 'number',
    }
    for (const [name, type] of Object.entries(kinds)) {
      journey.sandbox.planhat.customFields.push({
        _id: name,
        parent: 'conversation',
        name,
        type,
        isMandatory: false,
        isFormula: false,
        isHidden: false,
        isFeatured: false,
        listValues: type === 'multipicklist' ? ['billing', 'other'] : [],
      })
    }
    aircall.insights.put(id, 'summary', { summary: { content: 'a < b\nc' } })
    aircall.insights.put(id, 'topics', { topic: { content: ['billing', 'refunds'] } })
    aircall.insights.put(id, 'actionItems', { action_items: [{ content: 'One' }, { content: 'Two' }] })
    await journey.backfill({ range: RANGE, mode: 'apply' })
    for (const record of ['cold call', 'transcript']) {
      expect(theOne(journey, `${id}-${record}`).custom).toMatchObject({
        Gist: 'a &lt; b<br>c',
        'What to do': 'One, Two',
        About: 'billing, refunds',
        Picks: ['billing'],
        Waited: 10,
      })
    }
  })
})
