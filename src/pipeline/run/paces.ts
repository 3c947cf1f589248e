import { randomUUID } from 'node:crypto'
import { PaceMemory } from '../../http/pace.ts'
import type { Host } from './client-counts.ts'

/**
 * The pace of a process that takes the profile again and again, as a listener does: what it sent last counts for what
 * it sends next, so that after a while of quiet nothing waits.
 */
export class Paces {
  readonly id = randomUUID()
  readonly #memories: Readonly<Record<Host, PaceMemory>>

  constructor(nowMs: number) {
    this.#memories = { aircall: new PaceMemory(nowMs), planhat: new PaceMemory(nowMs) }
  }

  of(host: Host): PaceMemory {
    return this.#memories[host]
  }

  /** Somebody else had the profile meanwhile, and may have sent a request a moment ago. */
  holdBack(nowMs: number): void {
    for (const memory of Object.values(this.#memories)) memory.lastMs = nowMs
  }
}
