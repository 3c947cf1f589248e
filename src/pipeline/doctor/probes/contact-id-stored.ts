import { no, type Probe, refusedBy, unknown, yes } from './probe.ts'

/** Whether `contactId` is stored (docs/reference/planhat-api.md section 9, 12). */
export const contactIdStored: Probe = {
  name: 'contact-id-stored',
  async ask(bench) {
    const person = await bench.person()
    if (person === null) return unknown('the company has no End User: name one that has')
    const made = await bench.post(bench.body({ contactId: person.id }))
    if (made.kind === 'refused') return no(refusedBy(made))
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was made')
    return remote.contactId === person.id ? yes : no('')
  },
}
