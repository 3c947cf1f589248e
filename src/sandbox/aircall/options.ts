import type { RateLimit } from '../rate-limit.ts'
import type { Switches } from '../switches.ts'
import type { WebhookBook } from '../webhooks/book.ts'
import type { AircallState } from './state.ts'

/** What every route of the embedded Aircall works with. */
export interface AircallServerOptions {
  readonly state: AircallState
  readonly switches: Switches
  readonly webhooks: WebhookBook
  readonly limit: RateLimit
  readonly apiId: string
  readonly apiToken: string
}
