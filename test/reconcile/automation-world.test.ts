import { describe, expect, it } from 'vitest'
import { parseCall } from '../../src/aircall/call.ts'
import { parseTranscript } from '../../src/aircall/transcript.ts'
import { buildRecords } from '../../src/conversation/payload.ts'
import { defaultConversationSettings as settings } from '../../src/conversation/settings.ts'
import type { Call, EndUser, PlanhatUser } from '../../src/domain.ts'
import { matchCall } from '../../src/match/match.ts'
import { createMemoryIndex } from '../../src/match/phone-index.ts'
import { readConversation, readUser } from '../../src/planhat/schema.ts'
import { classifyCall } from '../../src/reconcile/classify.ts'
import type { DriftRow } from '../../src/reconcile/drift-row.ts'
import type { RemoteRecord } from '../../src/records.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import type { Switches } from '../../src/sandbox/switches.ts'
import { aContent, JUNE_FIRST } from '../support/builders.ts'

/** What the first comparison says, and what one says after every plan was carried out and the ledger lost. */
interface Seen {
  readonly first: DriftRow[]
  readonly healed: DriftRow[]
}

const matching = { defaultCountry: 'US', fallbackNumber: null, ownNumbers: [], archivedMayMatch: false }

/** Everything the live automation left in a made-up world, classified as the first reconcile sees it. */
async function classifyWorld(switches: Partial<Switches>): Promise<Seen> {
  const nowMs = JUNE_FIRST * 1000
  const clock = { nowMs: () => nowMs, sleep: async () => {} }
  const options = {
    seed: 7,
    calls: 400,
    endUsers: 60,
    automation: true,
    automationDash: '\u2014',
    nowMs,
    clock,
  }
  const sandbox = await startSandbox({ ...options, switches })
  await sandbox.stop()
  const index = createMemoryIndex(endUsersOf(sandbox), 'US')
  const users = usersOf(sandbox)
  const seen: Seen = { first: [], healed: [] }
  for (const raw of sandbox.aircall.calls()) {
    const call = parseCall(raw)
    const match = matchCall(call, { index, settings: matching, ownNumbers: new Set() })
    const content = aContent({ call, transcript: transcriptOf(sandbox, call) })
    const isWritable = match.kind === 'matched' || match.kind === 'shared-line'
    const desired = isWritable ? buildRecords({ content, match, users, settings }) : []
    const flags = { overwriteEdits: false, restoreDeleted: false, isDeclined: () => false }
    const facts = { settled: false, entries: [], near: [], ...flags }
    const input = { ...facts, content, match, desired, settings }
    const { rows, planned } = classifyCall({ ...input, remote: remoteOf(sandbox, call) })
    const remote = planned.map(({ payload, planhatId }) => ({
      ...payload,
      _id: planhatId ?? 'new',
      custom: payload.custom ?? {},
    }))
    seen.first.push(...rows)
    if (isWritable) seen.healed.push(...classifyCall({ ...input, remote }).rows)
  }
  return seen
}

function endUsersOf({ planhat }: Sandbox): EndUser[] {
  return [...planhat.endUsers.values()].map((raw) => ({
    id: raw._id,
    name: raw.name ?? null,
    email: raw.email ?? null,
    companyId: raw.companyId,
    companyName: null,
    country: null,
    archived: raw.archived ?? false,
    phones: [
      { field: 'phone', raw: raw.phone ?? '' },
      { field: 'custom.Phone 2', raw: String(raw.custom['Phone 2'] ?? '') },
    ].filter((phone) => phone.raw !== ''),
  }))
}

function usersOf({ planhat }: Sandbox): ReadonlyMap<string, PlanhatUser> {
  const users = [...planhat.users.values()].map((raw) => readUser(raw, 'users'))
  return new Map(users.map((user) => [user.email?.toLowerCase() ?? user.id, user]))
}

function transcriptOf({ aircall }: Sandbox, call: Call) {
  const answer = aircall.transcript(Number(call.id))
  return answer.kind === 'ready' ? parseTranscript({ transcription: answer.transcription }, call.id) : null
}

function remoteOf({ planhat }: Sandbox, call: Call): RemoteRecord[] {
  return ['cold call', 'transcript', 'notranscript']
    .flatMap((suffix) => planhat.conversations.byExternalId(`${call.id}-${suffix}`))
    .map((raw) => readConversation(JSON.parse(JSON.stringify(raw)), 'conversations'))
}

function count(rows: readonly DriftRow[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const row of rows) counts[row.class] = (counts[row.class] ?? 0) + 1
  return counts
}

describe('a world that the live automation wrote into', () => {
  it.each([
    ['keeps e-mails as they come', {}],
    ['resolves e-mails to ids', { emailOnlyPersons: 'resolve' }],
    ['drops people without an id', { emailOnlyPersons: 'drop' }],
    ['takes UNIX dates for now', { unixDates: 'now' }],
    ['makes notes of the type', { conversationTypes: ['note'] }],
    ['ignores contactId', { contactId: 'ignored' }],
  ] as const)(
    'holds nothing taken for a person’s edit, and is in sync once healed, when Planhat %s',
    async (_name, switches) => {
      const { first: rows, healed } = await classifyWorld(switches as Partial<Switches>)
      const counts = count(rows)
      expect(Object.keys(count(healed))).toEqual(['in-sync'])
      expect(rows.filter((row) => row.edited.length > 0)).toEqual([])
      for (const name of ['changed', 'missing', 'moved', 'duplicate', 'stale-placeholder', 'unsupported']) {
        expect([name, counts[name] ?? 0]).not.toEqual([name, 0])
      }
    },
  )
})
