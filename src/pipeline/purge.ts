import { rmSync } from 'node:fs'
import { RefusedError, UsageError } from '../errors.ts'
import { purgeInbox } from '../inbox/standing.ts'
import type { OldCounts } from '../store/old.ts'
import { openStore, type Store } from '../store/store.ts'
import { giveBack } from './run/give-back.ts'
import { oldRunFolders } from './run/old-folders.ts'
import { isoOf } from './run/run.ts'
import type { Surroundings } from './run/surroundings.ts'
import { takeLock } from './run/take-lock.ts'

export interface PurgeRequest {
  readonly olderThanSeconds: number
  readonly yes: boolean
}

export interface PurgeResult extends OldCounts {
  /** Everything that began before this is gone. */
  readonly before: string
  /** Folders of runs with their review, report and failures: of every run that holds a call from before it. */
  readonly runFolders: number
  /** Ledger entries that now say only that a record was written, and where. */
  readonly ledgerContents: number
}

/**
 * Removes local copies that are older than an age: calls, transcripts, plans, the journal behind `runs undo`, and the
 * files of runs. Planhat is not touched, and what was written there is never written twice: the ledger keeps ids.
 * @throws UsageError NEEDS_YES where nobody can be asked; RefusedError NOT_CONFIRMED.
 */
export async function purge(world: Surroundings, request: PurgeRequest): Promise<PurgeResult> {
  const { stateDir } = world.settings
  const store = openStore(stateDir)
  try {
    const nowMs = world.clock.nowMs()
    const lock = await takeLock(world, 'purge')
    try {
      const before = Math.max(0, Math.floor(nowMs / 1000) - request.olderThanSeconds)
      const counts = store.old.count(before)
      const folders = await oldRunFolders(store, before)
      await confirmPurge(world, request, {
        ...counts,
        before: isoOf(before * 1000),
        runFolders: folders.length,
      })
      const result = removeAll(store, before, { counts, folders })
      await giveBack(world, store)
      return result
    } finally {
      lock.release()
    }
  } finally {
    store.close()
  }
}

async function confirmPurge(
  { log, confirm }: Surroundings,
  { yes }: PurgeRequest,
  found: Omit<PurgeResult, 'ledgerContents'>,
): Promise<void> {
  const { before, calls, transcripts, planRows, runFolders } = found
  log.info(
    `Before ${before}: ${calls} calls, ${transcripts} transcripts, ${planRows} ` +
      `rows of plans, ${runFolders} folders of runs. Planhat is not touched.`,
  )
  if (yes) return
  if (confirm === undefined) {
    throw new UsageError('NEEDS_YES', 'Nobody can be asked here, so purging needs --yes.', {
      suggestions: ['run the same command with --yes'],
    })
  }
  if (!(await confirm('Remove these local copies?')))
    throw new RefusedError('NOT_CONFIRMED', 'Nothing was removed: it was not confirmed.')
}

function removeAll(
  store: Store,
  before: number,
  { counts, folders }: { counts: OldCounts; folders: readonly string[] },
): PurgeResult {
  const ledgerContents = store.transaction(() => {
    store.old.remove(before)
    store.snapshot.clear()
    return store.ledger.purgeContents()
  })
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  purgeInbox(store.dir, before * 1000)
  return { ...counts, before: isoOf(before * 1000), runFolders: folders.length, ledgerContents }
}
