import type { PlanhatReader } from '../planhat/client.ts'
import { fillFromApi, sourceOfApi } from './index-build.ts'
import type { Session } from './session.ts'

/**
 * Pulls the index when there is none (a lost state is rebuilt from the two APIs), or again when it came from the API and
 * is older than `index.maxAgeHours`; one from a file is a person's.
 */
export async function refreshOldIndex(session: Session, reader: PlanhatReader): Promise<void> {
  const { store, settings, clock, progress, allow } = session
  const info = store.index.info()
  if (info !== null && info.kind !== 'api') return
  const maxAgeMs = settings.config.index.maxAgeHours * 3_600_000
  if (info !== null && clock.nowMs() - info.builtAtMs < maxAgeMs) return
  progress.start(null, 'End Users')
  await store.index.replaceAll(
    { ...sourceOfApi(session), allowShrink: allow.has('index-shrink') },
    (writer) => fillFromApi(session, reader, writer.add),
  )
  progress.stop()
}
