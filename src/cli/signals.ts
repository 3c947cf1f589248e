import { EXIT } from './exit-code.ts'
import type { StopSignal } from './failure.ts'

/** What of `process` this needs; a test passes an emitter. */
export interface SignalSource {
  on(name: StopSignal, listener: () => void): unknown
  off(name: StopSignal, listener: () => void): unknown
  exit(code: number): void
}

export interface StopWatch {
  readonly signal: AbortSignal
  /** Which signal came, null while none has. */
  received(): StopSignal | null
  dispose(): void
}

/** One Ctrl-C may arrive twice: from the terminal, and once more from npm or a parent that passes it on. */
const SAME_PRESS_MS = 250

/**
 * The first SIGINT or SIGTERM aborts `signal`, so that the request in flight ends and the state is saved;
 * the second ends the process at once.
 */
export function watchSignals(o: {
  source: SignalSource
  onFirst: (name: StopSignal) => void
  nowMs?: () => number
}): StopWatch {
  const nowMs = o.nowMs ?? (() => performance.now())
  const controller = new AbortController()
  let received: StopSignal | null = null
  let receivedMs = 0
  const stop = (name: StopSignal) => () => {
    if (received === name && nowMs() - receivedMs < SAME_PRESS_MS) return
    if (received !== null) {
      o.source.exit(name === 'SIGINT' ? EXIT.interrupted : EXIT.terminated)
      return
    }
    received = name
    receivedMs = nowMs()
    o.onFirst(name)
    controller.abort(new DOMException(`Stopped by ${name}`, 'AbortError'))
  }
  const listeners = { SIGINT: stop('SIGINT'), SIGTERM: stop('SIGTERM') }
  o.source.on('SIGINT', listeners.SIGINT)
  o.source.on('SIGTERM', listeners.SIGTERM)
  return {
    signal: controller.signal,
    received: () => received,
    dispose() {
      o.source.off('SIGINT', listeners.SIGINT)
      o.source.off('SIGTERM', listeners.SIGTERM)
    },
  }
}
