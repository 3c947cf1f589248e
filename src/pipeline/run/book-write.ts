import type { IntentKind } from '../../store/written/intents.ts'
import type { RecordedWrite } from '../../store/written/writes.ts'
import { appendAudit } from './audit.ts'
import { isoOf } from './run.ts'
import type { Desk } from './session.ts'

/**
 * Books one change in Planhat that is certain: in ledger and journal, with its
 * intent settled, in one transaction, then in the audit log.
 */
export function bookWrite(
  { store, settings }: Pick<Desk, 'store' | 'settings'>,
  intent: IntentKind,
  write: RecordedWrite,
): void {
  store.transaction(() => {
    keepLedger(store, intent, write)
    store.runs.recordWrite(write)
    store.intents.settle({ ...write, kind: intent })
  })
  const { atMs, runId, kind, externalId, planhatId, before, payload } = write
  appendAudit(settings.stateDir, {
    at: isoOf(atMs),
    runId,
    kind,
    externalId,
    planhatId,
    companyId: payload?.companyId ?? before?.companyId ?? null,
  })
}

function keepLedger({ ledger }: Desk['store'], intent: IntentKind, write: RecordedWrite): void {
  const { externalId, callId, record, planhatId, payload, runId, atMs } = write
  if (intent === 'take-back') ledger.remove(externalId)
  if (payload === null) return
  const known = ledger.get(externalId)
  if (intent === 'restore') {
    // The record was not written now, it was put back: when it was is as the ledger has it.
    if (known !== null) ledger.put({ ...known, companyId: payload.companyId, payload, runId })
    return
  }
  const { companyId } = payload
  ledger.put({ externalId, callId, record, planhatId, companyId, payload, runId, writtenAtMs: atMs })
}
