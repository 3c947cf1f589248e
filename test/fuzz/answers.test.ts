import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { INSIGHTS } from '../../src/content-settings.ts'
import { SyncError } from '../../src/errors.ts'
import { backfill } from '../../src/pipeline/backfill.ts'
import { diagnose } from '../../src/pipeline/doctor/doctor.ts'
import { pullIndex } from '../../src/pipeline/phone-index/build.ts'
import { reconcile } from '../../src/pipeline/reconcile.ts'
import type { Surroundings } from '../../src/pipeline/run/surroundings.ts'
import { DAY, type Journey, startJourney } from '../support/journey.ts'
import { createDice, spoil } from './wrong-values.ts'

/** Stands before the sandbox and spoils what it answers. */
async function spoiledBase(journey: Journey, seed: number, rarity: number): Promise<string> {
  const dice = createDice(seed)
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers
    const answer = await fetch(journey.sandbox.url + request.url, {
      method: request.method ?? 'GET',
      headers: { authorization, 'content-type': type },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    const text = await answer.text()
    const json = text === '' ? null : (JSON.parse(text) as unknown)
    response.writeHead(dice(40) === 0 ? 418 : answer.status, { 'content-type': 'application/json' })
    response.end(text === '' ? '' : JSON.stringify(spoil(json, dice, rarity)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Whatever ends it, it is one of our own errors: exit code other than 1, and no stack trace. */
async function survives(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'done'
  } catch (error) {
    expect(error, error instanceof Error ? (error.stack ?? '') : '').toBeInstanceOf(SyncError)
    return (error as SyncError).code
  }
}

describe('answers of the two APIs that are not what their pages say', () => {
  it('end in an error with a code, or in none, and never in a defect', async () => {
    const journey = await startJourney({
      sandbox: { calls: 60, endUsers: 30, days: 20 },
      config: {
        conversation: { content: { insights: INSIGHTS }, customFields: { 'Call Recording 2': 'summary' } },
      },
    })
    const ends: string[] = []
    for (const [seed, rarity] of [12, 40, 150, 600, 2500].flatMap((r, at) =>
      [1, 2, 3].map((n) => [n + at * 10, r]),
    )) {
      const base = await spoiledBase(journey, seed ?? 1, rarity ?? 50)
      const settings = { ...journey.world().settings, aircallBaseUrl: base, planhatBaseUrl: base }
      const world: Partial<Surroundings> = {
        settings,
        allow: new Set(['index-shrink', 'one-end-user', 'match-rate-drop']),
      }
      const until = Math.floor(journey.clock.nowMs() / 1000)
      const range = { since: until - 21 * DAY, until }
      const request = {
        range,
        mode: 'apply',
        filter: {},
        transcripts: true,
        refresh: true,
        overwrite: true,
      } as const
      const repairs = {
        fix: true,
        prune: true,
        exitCode: false,
        overwriteEdits: false,
        restoreDeleted: false,
      }
      ends.push(
        await survives(() => pullIndex(journey.world(world))),
        await survives(() => backfill(journey.world(world), request)),
        await survives(() =>
          reconcile(journey.world(world), { range, ...repairs, transcripts: true, maxDeletes: 9 }),
        ),
        await survives(() =>
          diagnose(journey.world(world), {
            engines: '>=22',
            version: 'v24.0.0',
            probeIn: null,
          }),
        ),
      )
    }
    expect(new Set(ends).size).toBeGreaterThan(1)
  }, 120_000)
})
