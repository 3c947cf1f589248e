import { no, type Probe, refusedBy, unknown, yes } from './probe.ts'

/** A megabyte of plain text, which leaves a body of 1 MiB room for the other fields. */
const CHARS = 1_000_000
const SENTENCE = 'A long call is written down word by word. '

/** Whether a long text comes back whole (docs/reference/planhat-api.md section 9, 6). */
export const descriptionKept: Probe = {
  name: 'description-kept',
  async ask(bench) {
    const description = `${SENTENCE.repeat(Math.ceil(CHARS / SENTENCE.length)).slice(0, CHARS - 1)}.`
    const made = await bench.post(bench.body({ description }))
    if (made.kind === 'refused') return no(refusedBy(made))
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was made')
    if (remote.description === description) return yes
    return no(`${remote.description?.length ?? 0} of ${CHARS} characters came back, or others`)
  },
}
