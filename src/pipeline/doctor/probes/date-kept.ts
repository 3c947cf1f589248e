import { no, type Probe, refusedBy, unknown, yes } from './probe.ts'

/** Not now, so that a date that was replaced shows; with milliseconds, so that a rounded one does. */
const DATE = '2026-01-02T03:04:05.678Z'

/** Whether the date of a call is stored to the millisecond. */
export const dateKept: Probe = {
  name: 'date-kept',
  async ask(bench) {
    const made = await bench.post(bench.body({ date: DATE }))
    if (made.kind === 'refused') return no(refusedBy(made))
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was made')
    return Date.parse(remote.date ?? '') === Date.parse(DATE)
      ? yes
      : no(`sent as ${DATE}, came back as ${remote.date ?? 'nothing'}`)
  },
}
