import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { explainCall } from '../../src/pipeline/explain.ts'
import { startJourney } from '../support/journey.ts'

/** Those that grow with the account: a million rows each. */
const LARGE =
  /\bSCAN (calls|transcripts|plans|writes|held|index_phones|index_proposals|index_unusable|index_end_users|[apu])\b/

/** Asks SQLite for its plan of each statement that is prepared meanwhile. */
function watchStatements(): Map<string, string> {
  const plans = new Map<string, string>()
  const prepare = DatabaseSync.prototype.prepare
  vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql) {
    const statement = prepare.call(this, sql)
    if (/^\s*(SELECT|DELETE|UPDATE)/.test(sql) && !plans.has(sql)) {
      const steps = prepare.call(this, `EXPLAIN QUERY PLAN ${sql}`).all()
      plans.set(sql, steps.map(({ detail }) => String(detail)).join(' | '))
    }
    return statement
  })
  return plans
}

const MAY_SCAN = [
  /** Stops at the first row. */
  (sql: string) => sql.startsWith('SELECT EXISTS (SELECT 1 FROM'),
  /** Where transcripts are is learnt from all calls, once a run. */
  (sql: string) => sql.includes('search_places'),
  /** An index of the few that are going on. */
  (_sql: string, plan: string) => plan.startsWith('SCAN calls USING INDEX calls_in_progress'),
]

it('reads no large table from end to end for one call, one person or one page', async () => {
  const journey = await startJourney({ sandbox: { calls: 300, endUsers: 60, days: 20 } })
  const plans = watchStatements()
  await journey.backfill({ mode: 'apply' })
  await journey.reconcile({ fix: true })
  const [call] = journey.look((store) => [...store.calls.iterate(null)])
  await explainCall(journey.world(), call?.id ?? '')
  const scans = [...plans].filter(
    ([sql, plan]) => LARGE.test(plan) && !MAY_SCAN.some((may) => may(sql, plan)),
  )
  expect(scans).toEqual([])
  expect(plans.size).toBeGreaterThan(40)
})
