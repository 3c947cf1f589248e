import * as Flags from '@oclif/core/flags'
import { EXIT } from '../../cli/exit-code.ts'
import { RunCommand } from '../../cli/run-command.ts'
import { listenStatus, needsLook } from '../../pipeline/listen/status.ts'
import { formatListenStatus, type ListenStatus } from '../../report/text/listen.ts'

export default class ListenStatusCommand extends RunCommand<typeof ListenStatusCommand> {
  static override summary =
    'Show how the listener of this profile is doing: calls that wait, dead calls, its last write.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'For a monitor', command: '<%= config.bin %> listen status --exit-code --json' },
  ]
  static override flags = {
    'exit-code': Flags.boolean({ description: 'end with exit code 4 if no listener runs or calls are dead' }),
  }

  async run(): Promise<ListenStatus> {
    const status = listenStatus(this.surroundings())
    const exitCode = this.flags['exit-code'] && needsLook(status) ? EXIT.driftRemains : EXIT.done
    return this.finish(status, { text: formatListenStatus(status), exitCode })
  }
}
