import { type Probe, unknown } from './probe.ts'

const KEY = 'aircall-sync write probe'

/** What becomes of a custom field that Planhat does not know (docs/reference/planhat-api.md section 9, 5). */
export const unknownCustomKey: Probe = {
  name: 'unknown-custom-key',
  async ask(bench) {
    const custom = { ...(bench.base['custom'] as object | undefined), [KEY]: 'probe' }
    const made = await bench.post(bench.body({ custom }))
    if (made.kind === 'refused') return { answer: 'refused', detail: '' }
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was made')
    return { answer: remote.custom[KEY] === undefined ? 'dropped' : 'stored', detail: '' }
  },
}
