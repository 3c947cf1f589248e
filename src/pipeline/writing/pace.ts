import type { Surroundings } from '../run/surroundings.ts'

/** The bar of a write: every record moves it by one, whatever became of it. */
export interface Pace {
  step(records?: number): void
  /** Records that needed no write: those that the bar began with count once. */
  pass(records: number): void
  stop(): void
}

/** `total`: all records of the plan that are meant; `done`: how many of them earlier runs wrote. */
export function startPace(
  { progress, clock }: Pick<Surroundings, 'progress' | 'clock'>,
  o: { readonly total: number; readonly done: number },
): Pace {
  const sinceMs = clock.nowMs()
  let { done, total } = o
  progress.start(total, 'records')
  progress.update(done, { total })
  let known = o.done
  const step = (records = 1) => {
    done += records
    // Transcripts of settled calls are known only once they were asked for.
    total = Math.max(total, done)
    const mine = done - o.done
    const etaMs = mine > 0 && done < total ? ((clock.nowMs() - sinceMs) * (total - done)) / mine : null
    progress.update(done, { total, etaMs })
  }
  return {
    step,
    pass(records) {
      const fresh = Math.max(0, records - known)
      known -= records - fresh
      if (fresh > 0) step(fresh)
    },
    stop: () => progress.stop(),
  }
}
