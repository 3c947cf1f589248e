import { no, type Probe, refusedBy, unknown, yes } from './probe.ts'

/**
 * Whether `/conversations/extid-…` finds an id with a space, as ours have one
 * (docs/reference/planhat-api.md section 9, 14).
 */
export const extidPathWithSpace: Probe = {
  name: 'extid-path-with-space',
  async ask(bench) {
    const { externalId: plain, ...rest } = bench.body()
    const externalId = `${plain}-cold call`
    const made = await bench.post({ ...rest, externalId })
    if (made.kind === 'refused') return unknown(refusedBy(made))
    const remote = await bench.o.reader.conversation({ externalId }, bench.o.signal)
    return remote?._id === made.id ? yes : no('')
  },
}
