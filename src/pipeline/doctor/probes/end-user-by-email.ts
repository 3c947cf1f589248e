import { no, type Probe, refusedBy, unknown, yes } from './probe.ts'

/** Whether `endusers: [{ email }]` comes back with the End User's id (docs/reference/planhat-api.md section 9, 12). */
export const endUserByEmail: Probe = {
  name: 'end-user-by-email',
  async ask(bench) {
    const person = await bench.person()
    const email = person?.email ?? null
    if (person === null || email === null)
      return unknown('the company has no End User with an e-mail: name one that has')
    const made = await bench.post(bench.body({ endusers: [{ email }] }))
    if (made.kind === 'refused') return no(refusedBy(made))
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was made')
    return remote.endusers.some(({ id }) => id === person.id) ? yes : no('')
  },
}
