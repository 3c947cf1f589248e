import { readFileSync } from 'node:fs'
import nock from 'nock'
import { createHttpClient } from '../../../src/http/client.ts'
import { createGate } from '../../../src/http/gate.ts'
import { createPlanhatReader, createPlanhatWriter } from '../../../src/planhat/client.ts'
import { fakeClock } from '../../apply/support/items.ts'

export const BASE = 'https://api.planhat.com'

export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/planhat/${name}.json`, import.meta.url), 'utf8'))
}

export function planhat() {
  const clock = fakeClock()
  const http = createHttpClient({
    baseUrl: BASE,
    authorization: 'Bearer token-of-a-test',
    gate: createGate({ perMinute: 1e6, clock }),
    clock,
    userAgent: 'test',
    maxAttempts: 2,
  })
  return { reader: createPlanhatReader(http), writer: createPlanhatWriter(http), http }
}

/** Serves one list by offset and limit, and counts how often it was asked for. */
export function serveList(path: string, pageOf: (query: URLSearchParams) => unknown[]) {
  const asked: URLSearchParams[] = []
  nock(BASE)
    .persist()
    .get(path)
    .query(true)

    .reply((request: Request) => {
      const query = new URL(request.url).searchParams
      asked.push(query)
      return [200, pageOf(query)]
    })
  return asked
}

export function hexId(n: number): string {
  return `65${n.toString(16).padStart(22, '0')}`
}

export async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}
