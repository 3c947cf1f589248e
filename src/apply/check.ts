import type { RemoteRecord } from '../records.ts'
import { clearsContact } from './body.ts'
import type { Entry, Verdict } from './item.ts'
import { locate } from './locate.ts'
import type { Session } from './session.ts'
import { failed, gone } from './verdicts.ts'

/** Reads the records whose answer is no proof, many at once from their companies' lists, and reports them. */
export async function checkTaken(session: Session): Promise<void> {
  const open = session.unchecked.splice(0)
  if (open.length === 0) return
  const entries = open.map(([entry]) => entry)
  const found = await locate(session.options.reader, entries, session.reading)
  for (const [entry, verdict] of open) {
    const remote = (found.get(entry) ?? []).find(({ _id }) => _id === entry.planhatId)
    if (remote === undefined) session.report(entry, gone(entry))
    else reportRemote(session, { entry, verdict, remote })
  }
}

function reportRemote(session: Session, o: { entry: Entry; verdict: Verdict; remote: RemoteRecord }): void {
  const { entry, verdict, remote } = o
  const { item } = entry
  if (remote.companyId !== item.payload.companyId) {
    const message = 'Planhat kept the Conversation under its old company: move or delete it by hand.'
    session.report(entry, { ...failed('MOVE_REFUSED', message), planhatId: remote._id })
    session.options.onNotMoved?.(item, remote)
    return
  }
  session.report(entry, verdict)
  if (!clearsContact(item)) return
  session.clearsContacts = (remote.contactId ?? '') === ''
  if (!session.clearsContacts) session.options.onContactKept?.(item)
}
