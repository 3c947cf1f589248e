import { RunCommand } from '../../cli/run-command.ts'
import { retryDead } from '../../pipeline/listen/status.ts'

export default class ListenRetry extends RunCommand<typeof ListenRetry> {
  static override summary = 'Have the listener try dead calls again: those it gave up on.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<{ readonly retried: number }> {
    const result = await retryDead(this.surroundings())
    const { retried } = result
    return this.finish(result, {
      text: retried === 0 ? 'No call is dead.' : `${retried} dead calls are tried again.`,
    })
  }
}
