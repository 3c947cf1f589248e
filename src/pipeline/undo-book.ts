import { digest } from '../conversation/digest.ts'
import { digestHeld } from '../plan/held-digest.ts'
import type { HeldRecord, Payload } from '../records.ts'
import type { RecordedWrite } from '../store/writes.ts'
import { appendAudit } from './audit.ts'
import { isoOf } from './run.ts'
import type { Session } from './session.ts'

/**
 * Books one write that was taken back: in ledger, journal, audit log and summary. `payload` is what stands in Planhat
 * now, null for a record that was deleted; `held` is what stood there a moment ago.
 */
export function bookUndone(
  session: Session,
  write: RecordedWrite,
  { held, payload }: { readonly held: HeldRecord; readonly payload: Payload | null },
): void {
  const { store, run, clock, settings, summary } = session
  const kind = payload === null ? 'deleted' : 'updated'
  const atMs = clock.nowMs()
  store.transaction(() => {
    const entry = store.ledger.get(write.externalId)
    if (payload === null) store.ledger.remove(write.externalId)
    else if (entry !== null) {
      store.ledger.put({ ...entry, companyId: payload.companyId, payload, runId: run.id })
    }
    store.runs.recordWrite({ ...write, runId: run.id, kind, before: held, payload, atMs })
  })
  if (summary.applied !== undefined) summary.applied[kind] += 1
  appendAudit(settings.stateDir, {
    at: isoOf(atMs),
    runId: run.id,
    kind,
    externalId: write.externalId,
    planhatId: write.planhatId,
    companyId: held.companyId ?? null,
    before: digestHeld(held),
    after: payload === null ? null : digest(payload),
  })
}
