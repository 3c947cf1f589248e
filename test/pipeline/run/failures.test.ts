import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writeFailureFile } from '../../../src/pipeline/run/failures.ts'
import type { SummaryDraft } from '../../../src/pipeline/run/session.ts'
import { emptySummary } from '../../../src/report/summary.ts'
import { type Failure, FailureList, readFailures } from '../../../src/review/failures.ts'

const failed = (callId: string, message = 'no'): Failure => ({
  line: null,
  callId,
  record: 'call',
  externalId: '',
  code: 'CALL_UNREADABLE',
  message,
  planhatMessage: '',
})

/** A run's folder, and what its sessions write into it one after the other. */
function startBook() {
  const runDir = mkdtempSync(join(tmpdir(), 'aircall-sync-failures-'))
  onTestFinished(() => rmSync(runDir, { recursive: true, force: true }))
  const summary = structuredClone(emptySummary({})) as SummaryDraft
  const warnings: string[] = []
  const path = join(runDir, 'failures.csv')
  const session = (rows: readonly Failure[], again: readonly string[] = []) => {
    const failures = new FailureList()
    failures.rows.push(...rows)
    for (const callId of again) failures.takeUp(callId)
    writeFailureFile({ book: { failures, summary, runDir }, warn: (code) => void warnings.push(code) })
  }
  return { path, summary, warnings, session, named: () => readFailures(path) }
}

it('is written where something failed, and keeps what an earlier session of the run named', () => {
  const { path, summary, session, named } = startBook()
  session([])
  expect(summary.files.failures).toBe('')
  session([failed('1'), failed('2'), failed('', 'has no id')])
  expect(summary.files.failures).toBe(path)
  session([failed('1', 'still no')], ['1', '2'])
  expect(named()).toEqual([failed('', 'has no id'), failed('1', 'still no')])
  session([failed('', 'has no id')])
  expect(named()).toEqual([failed('1', 'still no'), failed('', 'has no id')])
  session([], ['1'])
  expect(named()).toEqual([failed('', 'has no id')])
})

it('that cannot be written is a warning, so that the summary of the run is written all the same', () => {
  const { path, summary, warnings, session } = startBook()
  mkdirSync(path)
  session([failed('1')])
  expect(warnings).toEqual(['FAILURES_UNWRITTEN'])
  expect(summary.files.failures).toBe('')
})
