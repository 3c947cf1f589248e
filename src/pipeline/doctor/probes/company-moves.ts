import { no, type Probe, refusedBy, unknown, yes } from './probe.ts'

/** Whether a Conversation can be brought under another company (docs/reference/planhat-api.md section 9, 3). */
export const companyMoves: Probe = {
  name: 'company-moves',
  async ask(bench) {
    const { otherCompanyId } = bench.o
    if (otherCompanyId === null) return unknown('it needs a second company: add --company ID2')
    const made = await bench.post(bench.body())
    if (made.kind === 'refused') return unknown(refusedBy(made))
    const moved = await bench.update(made.id, { companyId: otherCompanyId })
    if (moved.kind === 'refused') return no(refusedBy(moved))
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was moved')
    return remote.companyId === otherCompanyId ? yes : no('')
  },
}
