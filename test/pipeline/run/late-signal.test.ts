import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { startJourney } from '../../support/journey.ts'

it('says in the summary what the process says when a signal comes at the very end', async () => {
  const journey = await startJourney({ sandbox: { calls: 20, endUsers: 20 } })
  const stop = new AbortController()
  const confirm = async () => {
    stop.abort(new DOMException('Stopped by SIGINT', 'AbortError'))
    return false
  }
  const { run, files } = await journey.backfill({ mode: 'ask' }, { signal: stop.signal, confirm })
  expect(run.exitCode).toBe(130)
  expect(JSON.parse(readFileSync(files.summary, 'utf8'))).toMatchObject({ run: { exitCode: 130 } })
})
