import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { expect } from 'vitest'
import { digest } from '../../src/conversation/digest.ts'
import type { Call } from '../../src/domain.ts'
import { contentOf, desiredRecords, type WritableMatch } from '../../src/pipeline/planning/desired.ts'
import { createMatcher } from '../../src/pipeline/planning/matcher.ts'
import { storedUsers } from '../../src/pipeline/planning/planhat-snapshot.ts'
import { openDesk } from '../../src/pipeline/run/session.ts'
import { undoRun } from '../../src/pipeline/undo.ts'
import type { DesiredRecord, Payload } from '../../src/records.ts'
import type { Summary } from '../../src/report/summary.ts'
import type { RawConversation } from '../../src/sandbox/planhat/types.ts'
import type { Journey } from './journey.ts'

/** The payloads a run planned, by external id: what Planhat should hold once it was applied. */
export function plannedPayloads({ look, world }: Journey, runId: string): Map<string, Payload> {
  return look((store) => {
    const desk = openDesk(world(), store)
    const matcher = createMatcher(desk)
    const users = storedUsers(desk)
    const payloads = [...store.plans.iterate(runId)].flatMap(({ callId, record, payloadDigest }) => {
      if (payloadDigest === null) return []
      const call = store.calls.get(callId) as Call
      const records = desiredRecords(desk, contentOf(desk, call), matcher(call) as WritableMatch, users)
      const { payload } = records.find((one) => one.record === record) as DesiredRecord
      expect(digest(payload)).toBe(payloadDigest)
      return payload
    })
    return new Map(payloads.map((payload) => [payload.externalId, payload]))
  })
}

export function conversationsOf({ sandbox }: Journey): RawConversation[] {
  return [...sandbox.planhat.conversations.values()]
}

/** The one Conversation under an external id; fails when there are none or several. */
export function theOne({ sandbox }: Journey, externalId: string): RawConversation {
  const found = sandbox.planhat.conversations.byExternalId(externalId)
  expect(found.map(({ _id }) => _id)).toHaveLength(1)
  return found[0] as RawConversation
}

/** Planhat holds each planned record once, with its content, and nothing else. */
export function expectHeldOnce(journey: Journey, wanted: ReadonlyMap<string, Payload>): void {
  const remote = conversationsOf(journey)
  expect(remote.map(({ externalId }) => externalId).sort()).toEqual([...wanted.keys()].sort())
  for (const one of remote) {
    const { users: _, contactId, custom = {}, ...payload } = wanted.get(one.externalId ?? '') as Payload
    expect(one).toMatchObject({ ...payload, custom })
    if (journey.sandbox.switches.contactId === 'stored') expect(one.contactId).toBe(contactId)
  }
}

/** A person works in Planhat's own interface. */
export function editInPlanhat(journey: Journey, id: string, change: Partial<RawConversation>): void {
  const shelf = journey.sandbox.planhat.conversations
  shelf.set(id, { ...(shelf.get(id) as RawConversation), ...change })
}

export function writesTo({ sandbox }: Journey): number {
  return sandbox.log.filter(({ api, method }) => api === 'planhat' && method !== 'GET').length
}

export function readFailures({ files }: Summary): Record<string, string>[] {
  return parse(readFileSync(files.failures), { bom: true, columns: true }) as Record<string, string>[]
}

export function undo(
  journey: Journey,
  runId: string,
  o: { maxDeletes?: number; yes?: boolean } = {},
): Promise<Summary> {
  return undoRun(journey.world(), { runId, maxDeletes: 1000, yes: true, ...o })
}

export type ReviewLine = Record<string, string>

export function readReview(path: string): ReviewLine[] {
  return parse<ReviewLine>(readFileSync(path), { bom: true, columns: true })
}

/** A reviewer's copy of a CSV: each line as `edit` has it, or left out where it says null. */
export function reviewAgain(
  { folder }: Journey,
  { files, run }: Pick<Summary, 'files' | 'run'>,
  edit: (line: ReviewLine, at: number) => ReviewLine | null,
  name: 'review' | 'held' = 'review',
): string {
  const path = join(folder, `reviewed-${run.id}-${reviewed++}.csv`)
  const source = (files as unknown as Record<string, string>)[name] ?? ''
  const lines = readReview(source)
    .map(edit)
    .filter((line) => line !== null)
  writeFileSync(path, stringify(lines, { header: true, bom: true }))
  return path
}

let reviewed = 0
