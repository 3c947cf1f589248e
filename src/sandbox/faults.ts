/** Trouble on the wire, drawn from the seed or ordered by a test. */
import { UsageError } from '../errors.ts'
import { createRandom, hashParts, STREAM } from './world/random.ts'

/**
 * `5xx`: 500 to 504 before anything is done. `reset`: the connection dies before anything is done.
 * `truncate`: half of the body. `html`: a 200 that is a web page. `slow`: an answer after `slowMs`.
 * `lost`: a write is committed, then the connection dies.
 */
export const FAULT_KINDS = ['5xx', 'reset', 'truncate', 'html', 'slow', 'lost'] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

export interface FaultSettings {
  readonly rates?: Partial<Record<FaultKind, number>>
  readonly only?: 'aircall' | 'planhat'
  readonly slowMs?: number
}

export interface FaultSubject {
  readonly api: 'aircall' | 'planhat'
  readonly method: string
  readonly path: string
}

export interface FaultPlan {
  readonly slowMs: number
  draw(subject: FaultSubject): FaultKind | null
  /** The next request that fits suffers this fault, whatever the rates say. */
  order(kind: FaultKind, fits?: (subject: FaultSubject) => boolean): void
  /** New rates from now on. */
  set(settings: FaultSettings): void
}

function isFaultKind(name: string): name is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(name)
}

/** Reads `5xx=0.05,lost=0.02`. Throws a UsageError that names the part. */
export function parseFaults(spec: string): FaultSettings {
  const rates: Partial<Record<FaultKind, number>> = {}
  for (const part of spec.split(',').filter((one) => one.trim() !== '')) {
    const [name = '', value = ''] = part.trim().split('=')
    const rate = Number(value)
    if (!isFaultKind(name) || value === '' || !(rate >= 0 && rate <= 1)) {
      throw new UsageError('SANDBOX_FAULTS', `cannot read "${part.trim()}" in --faults`, {
        suggestions: [`--faults 5xx=0.05,reset=0.03 (kinds: ${FAULT_KINDS.join(', ')}; shares from 0 to 1)`],
      })
    }
    rates[name] = rate
  }
  return { rates }
}

/** Faults in a fixed sequence: the n-th request of a seed always meets the same luck. */
export function createFaults(seed: number, settings: FaultSettings = {}): FaultPlan {
  const random = createRandom(hashParts(seed, STREAM.faults, 0))
  const ordered: { kind: FaultKind; fits: (subject: FaultSubject) => boolean }[] = []
  let current = settings

  function drawByRate(subject: FaultSubject): FaultKind | null {
    let luck = random()
    if (current.only && current.only !== subject.api) return null
    for (const kind of FAULT_KINDS) {
      luck -= current.rates?.[kind] ?? 0
      if (luck >= 0) continue
      // Only a write can be committed and then lost.
      return kind === 'lost' && subject.method === 'GET' ? null : kind
    }
    return null
  }

  return {
    get slowMs() {
      return current.slowMs ?? 1500
    },
    draw(subject) {
      const byLuck = drawByRate(subject)
      const at = ordered.findIndex((one) => one.fits(subject))
      return at < 0 ? byLuck : (ordered.splice(at, 1)[0]?.kind ?? byLuck)
    },
    order(kind, fits = () => true) {
      ordered.push({ kind, fits })
    },
    set(next) {
      current = next
    },
  }
}
