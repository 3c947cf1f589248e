import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { INBOX_FILE } from '../../inbox/file.ts'
import { Inbox } from '../../inbox/inbox.ts'
import { readInbox } from '../../inbox/standing.ts'
import type { ListenStatus } from '../../report/text/listen.ts'
import { isLocked } from '../../store/lock.ts'
import type { Surroundings } from '../run/surroundings.ts'

type Asking = Pick<Surroundings, 'settings' | 'clock'>

/** How the listener of a profile stands, from its inbox alone: no request, and no lock but for a moment. */
export function listenStatus({ settings, clock }: Asking): ListenStatus {
  const { stateDir } = settings
  const listening = isLocked(stateDir, 'listener')
  const inbox = readInbox(stateDir, clock.nowMs())
  return {
    listening,
    url: (listening && inbox?.listenerUrl) || '',
    since: (listening && inbox?.listenerSince) || '',
    open: inbox?.open ?? 0,
    dead: inbox?.dead ?? 0,
    oldestSeconds: Math.floor((inbox?.oldestMs ?? 0) / 1000),
    lastEventAt: inbox?.lastEventAt || '',
    lastWriteAt: inbox?.lastWriteAt || '',
    deadCalls: inbox?.deadCalls ?? [],
  }
}

/** Whether somebody should look: for `--exit-code`. */
export function needsLook({ listening, dead }: ListenStatus): boolean {
  return !listening || dead > 0
}

/** Has the dead calls tried again; a listener that runs takes them up within seconds. Returns how many. */
export async function retryDead({ settings, clock }: Asking): Promise<{ readonly retried: number }> {
  if (!existsSync(join(settings.stateDir, INBOX_FILE))) return { retried: 0 }
  const inbox = new Inbox({ dir: settings.stateDir, clock })
  try {
    return { retried: await inbox.retryDead() }
  } finally {
    inbox.close()
  }
}
