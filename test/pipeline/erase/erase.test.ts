import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { INSIGHTS } from '../../../src/content-settings.ts'
import { Inbox } from '../../../src/inbox/inbox.ts'
import { erase } from '../../../src/pipeline/erase/erase.ts'
import { explainCall } from '../../../src/pipeline/explain.ts'
import type { StoredRow } from '../../../src/records.ts'
import { nameCells } from '../../../src/review/columns.ts'
import { type Journey, startJourney } from '../../support/journey.ts'

const SMALL = { sandbox: { calls: 120, endUsers: 60 } }

/** The End User of the first matched call whose number nobody else has, with all that shows the person. */
function somebody(journey: Journey, runId: string) {
  return journey.look((store) => {
    for (const row of store.plans.iterate(runId)) {
      const { enduser_id: id, number, enduser: name } = nameCells(row)
      if (row.reason !== 'matched' || store.index.holders(number).length !== 1) continue
      const rows = [...store.plans.iterate(runId)].filter((other) => nameCells(other).number === number)
      return { id, number, rows, name }
    }
    throw new Error('the sandbox has no matched call')
  })
}

function everyByte(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

const callIdsOf = (rows: readonly StoredRow[]) => [...new Set(rows.map(({ callId }) => callId))]
const stateOf = (journey: Journey) => join(journey.folder, 'state')
const external = (journey: Journey) =>
  [...journey.sandbox.planhat.conversations.values()].map((one) => one.externalId)

describe('erasing a person', () => {
  it('removes their calls from state, files and Planhat, and leaves everybody else alone', async () => {
    const insights = { conversation: { content: { insights: INSIGHTS, insightsMinTalkSeconds: 0 } } }
    const journey = await startJourney({ ...SMALL, config: insights })
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    const before = external(journey)
    const inbox = new Inbox({ dir: stateOf(journey), clock: journey.clock })
    for (const callId of callIdsOf(person.rows)) await inbox.accept({ event: 'call.tagged', callId })
    const result = await erase(journey.world(), { person: person.number, maxDeletes: 100, yes: true })
    expect(inbox.counts()).toMatchObject({ open: 0, dead: 0 })
    inbox.close()

    const ids = callIdsOf(person.rows)
    for (const id of ids)
      for (const kind of INSIGHTS)
        expect(journey.look((store) => store.insights.state(id, kind))).toBe('not-asked')
    expect(result.run.exitCode).toBe(0)
    expect(result.erased).toMatchObject({ calls: ids.length, planhatRecords: person.rows.length })
    expect(result.applied?.deleted).toBe(person.rows.length)
    const gone = new Set(person.rows.map((row) => nameCells(row).external_id))
    expect(external(journey)).toEqual(before.filter((id) => !gone.has(`${id}`)))
    expect(existsSync(plan.files.review)).toBe(false)
    const bytes = everyByte(stateOf(journey))
    expect(bytes.includes(person.number.slice(1))).toBe(false)
    for (const id of ids) expect(bytes.includes(id)).toBe(false)
  })

  it('is for good: no later run reads the calls in again, asks for a transcript or writes them', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    await erase(journey.world(), { person: person.number, maxDeletes: 100, yes: true })
    const after = external(journey).length
    await journey.pullIndex()
    journey.sandbox.log.length = 0
    const again = await journey.backfill({ mode: 'apply' })
    const nightly = await journey.reconcile({ fix: true })

    const ids = callIdsOf(person.rows)
    expect(again.calls.read).toBe(plan.calls.read)
    expect(again.calls.buckets.filtered).toBe(ids.length)
    expect(again.warnings).toEqual([])
    expect(external(journey)).toHaveLength(after)
    expect(nightly.drift).toMatchObject({ missing: 0, orphan: 0, deleted: 0 })
    const asked = journey.sandbox.log.map(({ path }) => path)
    for (const id of ids) expect(asked.some((path) => path.includes(`/calls/${id}`))).toBe(false)
    expect(everyByte(join(stateOf(journey), 'runs')).includes(person.number)).toBe(false)
    const explained = await explainCall(journey.world(), ids[0] ?? '')
    expect(explained.match.kind).toBe('filtered')
    expect(explained.call.rawDigits).toBeNull()
  })

  it('takes an End User by id, with what was settled or written for them, out of the index for good', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    const result = await erase(journey.world(), { person: person.id, maxDeletes: 100, yes: true })
    expect(result.erased.planhatRecords).toBeGreaterThanOrEqual(person.rows.length)
    await journey.pullIndex()
    expect(journey.look((store) => store.index.endUser(person.id))).toBeNull()
    const left = [...journey.sandbox.planhat.conversations.values()]
    expect(left.filter((one) => JSON.stringify(one.endusers).includes(person.id))).toEqual([])
    expect(everyByte(stateOf(journey)).includes(person.id)).toBe(false)
  })

  it('refuses to delete more than is allowed, and changes nothing then', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    const before = external(journey)
    await expect(
      erase(journey.world(), { person: person.number, maxDeletes: 0, yes: true }),
    ).rejects.toMatchObject({
      code: 'GUARD_MAX_DELETES',
      exitCode: 6,
    })
    await expect(
      erase(journey.world(), { person: person.number, maxDeletes: 100, yes: false }),
    ).rejects.toMatchObject({ code: 'NEEDS_YES', exitCode: 2 })
    expect(external(journey)).toEqual(before)
    expect(journey.look((store) => store.erased.isEmpty)).toBe(true)
    expect(existsSync(plan.files.review)).toBe(true)
  })

  it('goes on where it was cut off, and says what Planhat does not let go', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    journey.sandbox.switches.deleteForbidden = true
    const refused = await erase(journey.world(), { person: person.number, maxDeletes: 100, yes: true })
    expect(refused.run.exitCode).toBe(5)
    expect(refused.applied).toMatchObject({ deleted: 0, failed: person.rows.length })
    const report = await journey.reconcile()
    expect(report.warnings.map(({ code }) => code)).toContain('ERASE_UNFINISHED')
    journey.sandbox.switches.deleteForbidden = false
    journey.sandbox.faults.order('lost', ({ method }) => method === 'DELETE')
    const night = await journey.reconcile({ fix: true })
    expect(night.applied?.deleted).toBe(person.rows.length)
    const gone = new Set(person.rows.map((row) => nameCells(row).external_id))
    expect(external(journey).filter((id) => gone.has(`${id}`))).toEqual([])
    expect(journey.look((store) => store.erasures.open())).toEqual([])
  })

  it('is finished by the next night when Planhat failed in the middle', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    let isDown = true
    for (let i = 0; i < 40; i += 1) {
      journey.sandbox.faults.order('5xx', ({ method }) => isDown && method === 'DELETE')
    }
    await expect(
      erase(journey.world(), { person: person.number, maxDeletes: 100, yes: true }),
    ).rejects.toMatchObject({ exitCode: 5 })
    isDown = false
    expect(everyByte(stateOf(journey)).includes(person.number.slice(1))).toBe(false)
    await journey.reconcile({ fix: true })
    const gone = new Set(person.rows.map((row) => nameCells(row).external_id))
    expect(external(journey).filter((id) => gone.has(`${id}`))).toEqual([])
    expect(journey.look((store) => store.erasures.open())).toEqual([])
  })

  it('finishes the files and bytes of one that was killed behind its first step, also from a dry run', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    const email = journey.look((store) => store.index.endUser(person.id)?.email ?? 'none')
    const stop = new AbortController()
    const log = { ...journey.world().log, info: () => {} }
    // Aborted by the first thing that is asked of Planhat after the person was hidden.
    journey.sandbox.faults.order('lost', ({ method }) => {
      if (method === 'DELETE') stop.abort(new Error('killed'))
      return method === 'DELETE'
    })
    await expect(
      erase(journey.world({ signal: stop.signal, log }), { person: person.id, maxDeletes: 100, yes: true }),
    ).rejects.toThrow()
    expect(journey.look((store) => store.erasures.open())).toHaveLength(1)
    await journey.backfill({ mode: 'dry-run' })
    const bytes = everyByte(stateOf(journey))
    expect(bytes.includes(email)).toBe(false)
    expect(bytes.includes(person.number.slice(1))).toBe(false)
    expect(journey.look((store) => store.erasures.open())[0]?.work.records.length).toBeGreaterThan(0)
    await journey.reconcile({ fix: true })
    expect(journey.look((store) => store.erasures.open())).toEqual([])
  })

  it('waits for whoever reads the state, and ends with 5 and their name while they go on', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    const reader = new DatabaseSync(join(stateOf(journey), 'state.sqlite'), { readOnly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM calls').get()
    await expect(
      erase(journey.world(), { person: person.number, maxDeletes: 100, yes: true }),
    ).rejects.toMatchObject({ code: 'STATE_READ', exitCode: 5 })
    const night = await journey.reconcile({ fix: true })
    expect(night.warnings.map(({ code }) => code)).toContain('ERASE_UNFINISHED')
    reader.close()
    await journey.reconcile()
    expect(everyByte(stateOf(journey)).includes(person.number.slice(1))).toBe(false)
  })

  it('finds every record of a call over a fresh state, whichever of them names the person', async () => {
    const journey = await startJourney({ sandbox: { ...SMALL.sandbox, automation: 1 } })
    const before = await startJourney({ on: journey.sandbox })
    const plan = await before.backfill({ mode: 'apply' })
    const person = somebody(before, plan.run.id)
    const result = await erase(journey.world(), { person: person.id, maxDeletes: 200, yes: true })
    expect(result.erased.planhatRecords).toBeGreaterThanOrEqual(person.rows.length)
    const gone = new Set(person.rows.map((row) => nameCells(row).external_id))
    expect(external(journey).filter((id) => gone.has(`${id}`))).toEqual([])
  })

  it('takes an e-mail or a name, shows whom it means, and offers the person behind a number', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    const email = journey.look((store) => store.index.endUser(person.id)?.email ?? '')
    const ask = (text: string) =>
      erase(journey.world(), { person: text, maxDeletes: 0, yes: true }).catch(String)
    await ask(email.toUpperCase())
    expect(journey.lines.join('\n')).toContain(`To be erased: ${person.name} of `)
    journey.lines.length = 0
    await ask(person.number)
    expect(journey.lines.join('\n')).toContain(`aircall-sync erase ${person.id}`)
    await expect(ask('nobody at all')).resolves.toContain('neither a telephone number')
  })

  it('keeps no name or number of the person in what it remembers of itself', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const person = somebody(journey, plan.run.id)
    const lines = journey.lines.length
    await erase(journey.world(), { person: person.number, maxDeletes: 100, yes: true })
    expect(journey.lines.slice(lines).join('\n')).not.toContain(person.number.slice(1))
    const audit = readFileSync(join(stateOf(journey), 'audit.ndjson'), 'utf8')
    expect(audit).not.toContain(person.number)
    for (const id of callIdsOf(person.rows)) expect(audit).not.toContain(id)
    expect(audit.split('\n').filter((line) => line.includes('"deleted"'))).toHaveLength(person.rows.length)
  })

  it("takes somebody out of the journal whose number, and whose calls with it, are another person's now", async () => {
    const scout = await startJourney(SMALL)
    const plan = await scout.backfill()
    const person = somebody(scout, plan.run.id)
    // Written by a night, so that no plan names the person.
    const journey = await startJourney(SMALL)
    await journey.reconcile({ fix: true })
    const { endUsers } = journey.sandbox.planhat
    const before = endUsers.get(person.id)
    const heir = [...endUsers.values()].find(({ phone, archived }) => phone === '' && !archived)
    if (before === undefined || heir === undefined) throw new Error('the sandbox has nobody without a number')
    endUsers.set(before._id, { ...before, phone: '', custom: {} })
    endUsers.set(heir._id, { ...heir, phone: person.number })
    await journey.pullIndex()
    const night = await journey.reconcile({ fix: true })
    expect(night.applied?.updated).toBeGreaterThanOrEqual(person.rows.length)
    await erase(journey.world(), { person: person.id, maxDeletes: 100, yes: true })
    journey.look((store) => {
      const journal = store.runs.list(10).flatMap(({ id }) => [...store.runs.writes(id)])
      expect(JSON.stringify(journal)).not.toContain(person.id)
      expect(journal.length).toBeGreaterThan(0)
    })
  })

  it('keeps no id of their calls in the warnings of earlier runs', async () => {
    const journey = await startJourney(SMALL)
    const seen = await journey.backfill()
    const person = somebody(journey, seen.run.id)
    const [id = ''] = callIdsOf(person.rows)
    const isIts = ({ path }: { path: string }) => path === `/v1/calls/${id}/transcription`
    for (let n = 0; n < 20; n += 1) journey.sandbox.faults.order('5xx', isIts)
    const plan = await journey.backfill({ mode: 'apply', refresh: true })
    expect(JSON.stringify(plan.warnings)).toContain(id)
    await erase(journey.world(), { person: person.number, maxDeletes: 100, yes: true })
    expect(everyByte(stateOf(journey)).includes(id)).toBe(false)
  })

  it('is known to explain, which writes nothing, also of a call that came since', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill()
    const person = somebody(journey, plan.run.id)
    await erase(journey.world(), { person: person.number, maxDeletes: 100, yes: true })
    const { id } = journey.sandbox.aircall.addCall({ raw_digits: person.number } as never)
    const explained = await explainCall(journey.world(), `${id}`)
    expect(explained.match.kind).toBe('filtered')
    expect(explained.call.rawDigits).toBeNull()
  })
})
