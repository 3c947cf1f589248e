import { no, type Probe, refusedBy, unknown, yes } from './probe.ts'

/** Every tag and entity that our texts have. */
const HTML =
  '<p><strong>Call</strong>: &lt;b&gt; &amp; &quot;c&quot;<br>it&#39;s a probe</p><ul><li>one</li><li>two</li></ul>'

/** Whether markup comes back as it was sent (docs/reference/planhat-api.md section 9, 6). */
export const htmlKept: Probe = {
  name: 'html-kept',
  async ask(bench) {
    const made = await bench.post(bench.body({ description: HTML }))
    if (made.kind === 'refused') return no(refusedBy(made))
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was made')
    return remote.description === HTML ? yes : no(`came back as ${remote.description ?? 'nothing'}`)
  },
}
