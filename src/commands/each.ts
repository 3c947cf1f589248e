import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'

import { wholeNumberFlag } from '../cli/flags.ts'
import { RunCommand } from '../cli/run-command.ts'
import { type EachResult, exitCodeOfAll, runEach } from '../pipeline/each.ts'
import { formatEach } from '../report/text/each.ts'

export default class Each extends RunCommand<typeof Each> {
  static override strict = false
  static override usage = 'each [--only A,B] [--jobs N] -- COMMAND...'
  static override summary = 'Run a command once for every profile of the configuration.'
  static override description =
    'Each profile has its own process and sees only its own credentials. {profile} in an argument ' +
    'stands for its name. When one fails, the others still run; the exit code is the worst of all.'
  static override examples = [
    {
      description: 'Every night, two at a time, with a metrics file each',
      command:
        '<%= config.bin %> each --jobs 2 -- reconcile --since 7d --fix ' +
        '--metrics-file /var/lib/node_exporter/aircall_sync_{profile}.prom',
    },
    { description: 'Only two tenants', command: '<%= config.bin %> each --only acme,globex -- doctor' },
  ]
  static override flags = {
    only: Flags.string({ helpValue: 'A,B', description: 'only these profiles' }),
    jobs: wholeNumberFlag({ helpValue: 'N', min: 1, description: 'how many at a time; 1 by default' }),
  }

  async run(): Promise<EachResult[]> {
    const { flags } = this
    const only =
      flags.only
        ?.split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '') ?? null
    const results = await runEach(
      {
        flags: this.#passedOn(),
        env: process.env,
        cwd: process.cwd(),
        program: [process.execPath, ...process.execArgv, resolve(process.argv[1] ?? '')],
        clock: this.clock,
        signal: this.signal,
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
      },
      { only, jobs: flags.jobs ?? 1, command: this.#command(), json: this.jsonEnabled() },
    )
    const exitCode = exitCodeOfAll(results)
    this.createLog().info(formatEach(results))
    const body = this.finish(results, { exitCode, mayStop: exitCode === 0 })
    // A stop is one of their codes, and not always the worst.
    process.exitCode = exitCode
    return body
  }

  #passedOn() {
    const { config, 'state-dir': stateDir } = this.flags
    return { ...(config && { config: resolve(config) }), ...(stateDir && { 'state-dir': resolve(stateDir) }) }
  }

  /** What stands behind `--`, as it was written. */
  #command(): string[] {
    const at = process.argv.indexOf('--')
    return at < 0 ? [] : process.argv.slice(at + 1)
  }
}
