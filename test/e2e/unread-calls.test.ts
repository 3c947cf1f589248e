import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { useWorkplace } from '../support/command.ts'
import { type Json, servePlainly } from './plain-server.ts'

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'))

const now = Math.floor(Date.now() / 1000)
const live: Json = {
  ...(fixture('aircall/call-live') as Json),
  started_at: now - 7_200,
  answered_at: now - 7_190,
  ended_at: now - 7_100,
}

it('a nightly run that could not read a call does not say that all is well, and names the call', async () => {
  const broken = Array.from({ length: 30 }, (_, at) => ({ ...live, id: 900_001 + at, direction: 'sideways' }))
  const server = await servePlainly({ calls: [live, ...broken], endUsers: fixture('planhat/endusers') })
  const place = useWorkplace(server.env)
  const { exitCode, body } = await place.json('reconcile', '--since', '2d', '--exit-code')
  const summary = body as { files: { failures: string }; unchecked: number; warnings: Json[] }
  expect(exitCode).toBe(3)
  expect(summary.unchecked).toBe(30)
  const rows = parse(readFileSync(summary.files.failures), { bom: true, columns: true }) as Json[]
  expect(rows).toHaveLength(30)
  expect(rows[0]).toMatchObject({ call_id: '900001', record: 'call', code: 'CALL_UNREADABLE' })
  const said = summary.warnings.filter(({ code }) => code === 'CALL_UNREADABLE')
  expect(said).toHaveLength(11)
  expect(said.at(-1)).toMatchObject({ message: 'and 20 more like these' })
})
