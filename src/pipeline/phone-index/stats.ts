import { toMatchSettings } from '../../config/defaults.ts'
import { createHygieneList, type HygieneItem } from '../../match/hygiene.ts'
import { matchCall } from '../../match/match.ts'
import { writeHygieneCsv } from '../../report/hygiene-csv.ts'
import type { StatsResult } from '../../report/text/phone-index.ts'
import { openStore, type Store } from '../../store/store.ts'
import { collectOwnNumbers } from '../planning/matcher.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { toResult } from './build.ts'
import { demandIndex } from './lookup.ts'

/** Shared numbers shown; all of them can be asked for one by one with `index lookup`. */
const SHARED_SHOWN = 100

/** Coverage and defects of the index, and what fixing it would bring. `output`: where the hygiene list goes as CSV. */
export function measureIndex(world: Surroundings, o: { output: string | null }): StatsResult {
  const store = openStore(world.settings.stateDir, { readOnly: true })
  try {
    demandIndex(store)
    const info = store.index.info()
    if (info === null) throw new Error('an index without its counts')
    const { hygiene, own } = walkCalls(world, store)
    if (o.output !== null) writeHygieneCsv(o.output, hygiene, store.index.unusable())
    return {
      ...toResult(info),
      coverage: info.withPhone / info.endUsers,
      sharedNumbers: store.index.shared(SHARED_SHOWN),
      ownNumbers: store.index.bearers(own).map(({ e164, holders }) => ({
        number: e164,
        endUsers: holders.map((h) => h.endUser.id),
      })),
      hygiene,
    }
  } finally {
    store.close()
  }
}

/** Every call in store is matched anew, against the index as it is now. Lines seen on calls are own numbers, too. */
function walkCalls(world: Surroundings, store: Store): { hygiene: HygieneItem[]; own: ReadonlySet<string> } {
  const { settings, signal } = world
  const own = collectOwnNumbers({ store, settings })
  const list = createHygieneList()
  const matchSettings = { ...toMatchSettings(settings.config), fallbackNumber: null }
  for (const call of store.calls.iterate(null)) {
    signal.throwIfAborted()
    own.add(call.line)
    const settled = store.decisions.get(call.id)
    list.add(
      matchCall(call, { index: store.index, settings: matchSettings, ownNumbers: own.numbers, settled }),
    )
  }
  return { hygiene: list.ranked(), own: own.numbers }
}
