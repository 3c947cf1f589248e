import type { Bench, Body } from './bench.ts'
import { type Answer, no, type Probe, unknown } from './probe.ts'
import { PROBE_SUBJECT } from './take-away.ts'

/**
 * Whether a bulk upsert finds a Conversation by its `externalId`, and if so across companies
 * (docs/reference/planhat-api.md section 9, 1). Each upsert has a subject of its own; whose subject it becomes, tells.
 */
export const bulkMatchesExternalId: Probe = {
  name: 'bulk-matches-external-id',
  async ask(bench) {
    const first = bench.body({ subject: `${PROBE_SUBJECT} (1)` })
    const made = await bench.upsert(first)
    const id = made.inserted[0]?._id
    if (made.errors.length > 0 || made.refused)
      return unknown(`Planhat refused the bulk upsert (${made.status}: ${made.message})`)
    if (id === undefined) return unknown('Planhat did not say the id of what its bulk upsert created')
    const again = await upsertAgain(bench, { ...first, subject: `${PROBE_SUBJECT} (2)` }, id)
    if (again.kind === 'refused') return no('the second upsert was refused')
    if (again.kind === 'created') return no('the second upsert created another Conversation')
    if (again.kind === 'unclear') return unknown(again.why)
    return askBeyond(bench, first, id)
  },
}

/** The reason of an answer that lacks only the second company: what is known all the same. */
export const MATCHES_AT_LEAST =
  'it matches within a company; across companies is asked with a second --company'

async function askBeyond(bench: Bench, first: Body, id: string): Promise<Answer> {
  const { otherCompanyId } = bench.o
  if (otherCompanyId === null) return unknown(MATCHES_AT_LEAST)
  const elsewhere = { ...first, companyId: otherCompanyId, subject: `${PROBE_SUBJECT} (3)` }
  const beyond = await upsertAgain(bench, elsewhere, id)
  if (beyond.kind === 'created') return { answer: 'company', detail: '' }
  if (beyond.kind === 'taken')
    return { answer: 'global', detail: "an upsert under one company takes another company's record" }
  return unknown(`${MATCHES_AT_LEAST}, and that was ${beyond.kind === 'refused' ? 'refused' : 'unclear'}`)
}

type Upserted =
  | { readonly kind: 'taken' | 'created' | 'refused' }
  | { readonly kind: 'unclear'; readonly why: string }

async function upsertAgain(bench: Bench, body: Body, id: string): Promise<Upserted> {
  const answer = await bench.upsert(body)
  if (answer.created > 0 || answer.inserted.some(({ _id }) => _id !== id)) return { kind: 'created' }
  if (answer.refused || answer.errors.length > 0) return { kind: 'refused' }
  const remote = await bench.read(id)
  if (remote?.subject === body['subject']) return { kind: 'taken' }
  return { kind: 'unclear', why: 'Planhat took the second upsert and changed nothing by it' }
}
