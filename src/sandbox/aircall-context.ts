import type { AircallState } from './aircall-state.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Switches } from './switches.ts'

/** What every route of the embedded Aircall works with. */
export interface AircallServerOptions {
  readonly state: AircallState
  readonly switches: Switches
  readonly limit: RateLimit
  readonly apiId: string
  readonly apiToken: string
}
