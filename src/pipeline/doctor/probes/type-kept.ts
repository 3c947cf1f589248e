import { no, type Probe, refusedBy, unknown } from './probe.ts'

/**
 * Whether the configured type exists: an unknown one becomes `note` without a
 * word (docs/reference/planhat-api.md section 2).
 */
export const typeKept: Probe = {
  name: 'type-kept',
  async ask(bench) {
    const { type } = bench.o.conversation
    const made = await bench.post(bench.body({ type }))
    if (made.kind === 'refused') return no(`type "${type}": ${refusedBy(made)}`)
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was made')
    return remote.type === type
      ? { answer: 'yes', detail: `"${type}"` }
      : no(`sent as "${type}", stored as "${remote.type ?? ''}"`)
  },
}
