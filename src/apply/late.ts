import { HttpError } from '../http/client.ts'
import { bodyOf } from './body.ts'
import { holdsContent } from './content.ts'
import type { Group } from './group.ts'
import { findAllCopies } from './locate.ts'
import { removeSurely } from './lost.ts'
import type { Session } from './session.ts'

/**
 * A write whose answer was lost may land only after it was looked for and sent again. Where bulk upsert matches, that
 * is harmless; elsewhere there are two copies then, both of this run, and the one that nobody was told of is deleted.
 */
export async function dropLateTwins(session: Session, group: Group): Promise<void> {
  if (group.lost === 0 || session.behaviour === 'matches') return
  const { reader, signal } = session.options
  const created = group.entries.filter(
    (entry) => entry.planhatId === null && session.verdictOn(entry)?.outcome === 'created',
  )
  if (created.length === 0) return
  for (const [entry, copies] of await findAllCopies(reader, created, signal)) {
    const keptId = session.verdictOn(entry)?.planhatId
    const twins = copies.filter((copy) => copy._id !== keptId && holdsContent(bodyOf(entry), copy))
    for (const twin of copies.length === twins.length ? [] : twins) {
      const refusal = await removeSurely(session.options, twin._id)
      if (refusal instanceof HttpError) sayLeftover(session, twin._id)
    }
  }
}

function sayLeftover(session: Session, id: string): void {
  session.say(
    'PLANHAT_LATE_COPY',
    `A lost write landed late as ${id} and could not be deleted: delete it by hand.`,
  )
}
