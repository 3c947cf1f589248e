import { type Probe, refusedBy, unknown } from './probe.ts'

/**
 * Whether a second create with the same external id in one company is refused
 * (docs/reference/planhat-api.md section 9, 2).
 */
export const postTwice: Probe = {
  name: 'post-twice',
  async ask(bench) {
    const body = bench.body()
    const first = await bench.post(body)
    if (first.kind === 'refused') return unknown(refusedBy(first))
    const second = await bench.post(body)
    if (second.kind === 'refused') return { answer: 'refused', detail: '' }
    return second.id === first.id
      ? unknown('Planhat answered the second create with the first record')
      : { answer: 'duplicate', detail: '' }
  },
}
