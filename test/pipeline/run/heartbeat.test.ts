import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withHeartbeat } from '../../../src/pipeline/run/heartbeat.ts'
import { DRIFT_CLASSES } from '../../../src/records.ts'
import { acquireLock } from '../../../src/store/lock.ts'
import { meddle, startSyncedWeek, type Week, writtenPairs } from '../../support/drift-world.ts'
import { parseExposition } from '../../support/exposition.ts'
import { useMonitor } from '../../support/monitor.ts'

type Request = NonNullable<Parameters<Week['reconcile']>[0]>

const small = { sandbox: { calls: 40, days: 2 } }

/** As the command runs it: the monitor around the whole. */
function beat(week: Week, url: string, request: Request = {}, signal = new AbortController().signal) {
  const { log } = week.world()
  return withHeartbeat({ url, log, signal, proxy: null }, () => week.reconcile(request, { signal }))
}

it('tells the monitor of the start, of success, and of every other exit code', async () => {
  const week = await startSyncedWeek(small)
  const { url, pings } = await useMonitor()
  await beat(week, `${url}/check/`)
  expect(pings.splice(0)).toEqual(['GET /check/start', 'GET /check/'])

  const [pair] = writtenPairs(week)
  if (pair === undefined) throw new Error('nothing was written')
  meddle(week, pair.call, { description: 'Call attempt logged.' })
  await beat(week, `${url}/check?rid=1`, { exitCode: true })
  expect(pings.splice(0)).toEqual(['GET /check/start?rid=1', 'GET /check/4?rid=1'])

  week.sandbox.faults.set({ rates: { '5xx': 1 } })
  await expect(beat(week, `${url}/check`)).rejects.toMatchObject({ exitCode: 5 })
  expect(pings.splice(0)).toEqual(['GET /check/start', 'GET /check/5'])

  week.sandbox.faults.set({})
  week.sandbox.planhat.conversations.clear()
  await expect(beat(week, `${url}/check`)).rejects.toMatchObject({ exitCode: 6 })
  expect(pings.splice(0)).toEqual(['GET /check/start', 'GET /check/6'])

  const stopped = AbortSignal.abort(new DOMException('Stopped by SIGTERM', 'AbortError'))
  await expect(beat(week, `${url}/check`, {}, stopped)).rejects.toThrow()
  expect(pings.splice(0)).toEqual(['GET /check/start', 'GET /check/143'])
})

it('tells the monitor when another run holds the lock, and leaves that run alone', async () => {
  const week = await startSyncedWeek(small)
  const { url, pings } = await useMonitor()
  const lock = acquireLock(week.world().settings.stateDir, { command: 'backfill', nowMs: week.clock.nowMs() })
  try {
    await expect(beat(week, url)).rejects.toMatchObject({ code: 'LOCKED', exitCode: 11 })
  } finally {
    lock.release()
  }
  expect(pings).toEqual(['GET /start', 'GET /11'])
  expect((await week.reconcile()).run.exitCode).toBe(0)
})

it('warns of a monitor that fails or cannot be reached, and changes no outcome', async () => {
  const week = await startSyncedWeek(small)
  const { url } = await useMonitor(500)
  for (const broken of [url, 'http://127.0.0.1:9/secret-check', 'no address']) {
    week.lines.length = 0
    const { run } = await beat(week, broken)
    expect(run.exitCode).toBe(0)
    const said = week.lines.filter((line) => line.includes('PING_FAILED'))
    expect(said).toHaveLength(2)
    expect(said.join()).not.toContain('secret-check')
    // "(Error)" would leave the reader to guess between a typing mistake and a monitor that is down.
    expect(said.join()).not.toContain('Error')
  }
})

it('writes a metrics file that a strict parser reads, with the numbers of the summary', async () => {
  const week = await startSyncedWeek(small)
  const metricsFile = join(week.folder, 'aircall_sync.prom')
  const { drift, calls, requests, run } = await week.reconcile({ metricsFile })
  const families = parseExposition(readFileSync(metricsFile, 'utf8'))
  const value = (name: string, labels = '') => families.get(`aircall_sync_${name}`)?.samples.get(labels)

  expect([...families.keys()].filter((name) => !name.startsWith('aircall_sync_'))).toEqual([])
  for (const name of DRIFT_CLASSES) expect(value('drift_records', `class="${name}"`)).toBe(drift?.[name])
  expect(value('calls', 'bucket="matched"')).toBe(calls.buckets.matched)
  expect(value('unmatched_calls')).toBe(calls.buckets.unmatched)
  expect(value('requests', 'api="aircall"')).toBe(requests.aircall.total)
  expect(value('requests', 'api="planhat"')).toBe(requests.planhat.total)
  expect(value('last_run_exit_code')).toBe(0)
  expect(value('last_run_timestamp_seconds')).toBe(Date.parse(run.endedAt) / 1000)
  expect(value('last_success_timestamp_seconds')).toBe(Math.floor(Date.parse(run.endedAt) / 1000))
  expect(value('index_age_seconds')).toBeGreaterThanOrEqual(0)
  expect(value('pending_transcripts')).toBeGreaterThanOrEqual(0)
  expect(value('match_rate_ratio')).toBeGreaterThan(0)
  expect(readdirSync(week.folder).filter((name) => name.includes('.part'))).toEqual([])
})

it('keeps the time of the last success when a run fails, and says the exit code', async () => {
  const week = await startSyncedWeek(small)
  const metricsFile = join(week.folder, 'aircall_sync.prom')
  await week.reconcile({ metricsFile })
  const read = () => parseExposition(readFileSync(metricsFile, 'utf8'))
  const success = read().get('aircall_sync_last_success_timestamp_seconds')?.samples.get('')
  week.clock.jump(3_600_000)
  week.sandbox.faults.set({ rates: { '5xx': 1 } })
  await expect(week.reconcile({ metricsFile })).rejects.toMatchObject({ exitCode: 5 })
  expect(read().get('aircall_sync_last_success_timestamp_seconds')?.samples.get('')).toBe(success)
  expect(read().get('aircall_sync_last_run_exit_code')?.samples.get('')).toBe(5)
})

const asAcme = (week: Week) => ({ settings: { ...week.world().settings, profile: 'acme' } })

it('labels every metric of a profile with its name, and still reads the last success back', async () => {
  const week = await startSyncedWeek(small)
  const metricsFile = join(week.folder, 'aircall_sync.prom')
  await week.reconcile({ metricsFile }, asAcme(week))
  const read = () => parseExposition(readFileSync(metricsFile, 'utf8'))
  const labels = [...read().values()].flatMap(({ samples }) => [...samples.keys()])
  expect(labels.filter((label) => !/(^|,)profile="acme"(,|$)/.test(label))).toEqual([])
  const success = () =>
    read().get('aircall_sync_last_success_timestamp_seconds')?.samples.get('profile="acme"')
  const before = success()
  expect(before).toBeGreaterThan(0)
  week.clock.jump(3_600_000)
  week.sandbox.faults.set({ rates: { '5xx': 1 } })
  await expect(week.reconcile({ metricsFile }, asAcme(week))).rejects.toMatchObject({ exitCode: 5 })
  expect(success()).toBe(before)
})

it('keeps the time of the last success of a file that an older version wrote without the label', async () => {
  const week = await startSyncedWeek(small)
  const metricsFile = join(week.folder, 'aircall_sync.prom')
  writeFileSync(metricsFile, 'aircall_sync_last_success_timestamp_seconds 1764000000\n')
  week.sandbox.faults.set({ rates: { '5xx': 1 } })
  await expect(week.reconcile({ metricsFile }, asAcme(week))).rejects.toMatchObject({ exitCode: 5 })
  const families = parseExposition(readFileSync(metricsFile, 'utf8'))
  expect(families.get('aircall_sync_last_success_timestamp_seconds')?.samples.get('profile="acme"')).toBe(
    1764000000,
  )
})

it('warns of a metrics file that cannot be written, and changes no outcome', async () => {
  const week = await startSyncedWeek(small)
  const metricsFile = join(week.folder, 'no', 'such', 'folder', 'x.prom')
  const { run, warnings } = await week.reconcile({ metricsFile })
  expect(run.exitCode).toBe(0)
  expect(warnings.map(({ code }) => code)).toContain('METRICS_FAILED')
})
