import type { HttpClientOptions } from '../../http/client.ts'
import { LONG_WAIT_MS } from '../../http/gate.ts'
import type { Host } from './client-counts.ts'
import type { Surroundings } from './surroundings.ts'

type Speaking = Pick<Surroundings, 'log' | 'progress' | 'clock'>
type Retry = Parameters<NonNullable<HttpClientOptions['onRetry']>>[0]

const HOSTS: Readonly<Record<Host, string>> = { aircall: 'Aircall', planhat: 'Planhat' }

export function sayRetry(world: Speaking, host: Host, event: Retry): void {
  const { waitMs, why } = event
  if (waitMs > LONG_WAIT_MS) sayWait(world, host, { waitMs, reason: why })
  else world.log.debug(`${HOSTS[host]}: try ${event.attempt} failed (${why}), next in ${seconds(waitMs)} s`)
}

/** A long wait is said whatever the output mode, and until when: nobody has to guess how long the lock is held. */
export function sayWait(
  world: Speaking,
  host: Host,
  { waitMs, reason }: { waitMs: number; reason: string },
): void {
  if (waitMs <= LONG_WAIT_MS) {
    world.progress.line(`Waiting ${seconds(waitMs)} s for ${HOSTS[host]} (${reason}), then going on.`)
    return
  }
  const until = new Date(world.clock.nowMs() + waitMs).toISOString()
  world.log.warn('WAITING', `Waiting ${seconds(waitMs)} s for ${HOSTS[host]}, until ${until} (${reason}).`)
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
