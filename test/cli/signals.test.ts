import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type SignalSource, watchSignals } from '../../src/cli/signals.ts'

function aSource() {
  const emitter = new EventEmitter()
  const exits: number[] = []
  const source: SignalSource = {
    on: (name, listener) => emitter.on(name, listener),
    off: (name, listener) => emitter.off(name, listener),
    exit: (code) => void exits.push(code),
  }
  return { emitter, exits, source }
}

describe('watchSignals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('aborts on the first %s and leaves at once with %i on the second', (name, code) => {
    const { emitter, exits, source } = aSource()
    const announced: string[] = []
    let now = 0
    const watch = watchSignals({ source, onFirst: (first) => announced.push(first), nowMs: () => now })
    emitter.emit(name)
    expect(watch.signal.aborted).toBe(true)
    expect(watch.received()).toBe(name)
    expect(exits).toEqual([])
    // The same press, passed on once more by npm or by the process that re-started this one.
    emitter.emit(name)
    expect(exits).toEqual([])
    now = 1_000
    emitter.emit(name)
    expect(exits).toEqual([code])
    expect(announced).toEqual([name])
  })

  it('hears nothing any more once disposed of', () => {
    const { emitter, source } = aSource()
    const watch = watchSignals({ source, onFirst: () => {} })
    watch.dispose()
    expect(emitter.listenerCount('SIGINT') + emitter.listenerCount('SIGTERM')).toBe(0)
    expect(watch.signal.aborted).toBe(false)
  })
})
