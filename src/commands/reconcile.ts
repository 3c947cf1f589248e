import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { allowFlag, timeFlag, wholeNumberFlag } from '../cli/flags.ts'
import { RunCommand } from '../cli/run-command.ts'
import type { ProxySettings } from '../config/proxy.ts'
import { PING_URL } from '../config/settings.ts'
import type { Clock } from '../domain.ts'
import { type ReconcileRequest, reconcile } from '../pipeline/reconcile.ts'
import { withHeartbeat } from '../pipeline/run/heartbeat.ts'
import type { Log } from '../report/live/log.ts'
import { noProgress, type Progress } from '../report/live/progress.ts'
import type { Summary } from '../report/summary.ts'
import { formatQuietNight, isQuietNight } from '../report/text/night.ts'

export default class Reconcile extends RunCommand<typeof Reconcile> {
  static override summary = 'Compare Aircall with Planhat, report every difference, and heal it with --fix.'
  static override description =
    'Made for cron: it says little when all is well, only one run writes ' +
    'at a time, and what a person edited or deleted is left alone. ' +
    'Differences (drift) end with exit code 0 unless you give --exit-code.'
  static override examples = [
    { description: 'What differs in the last seven days', command: '<%= config.bin %> reconcile' },
    {
      description: 'Every night: heal, and tell a monitor',
      command:
        '<%= config.bin %> reconcile --since 7d --fix --exit-code --ping-url https://monitor.example.com/abc',
    },
  ]
  static override flags = {
    since: Flags.string({
      helpValue: 'T',
      default: '7d',
      description: 'start of the window: a date, an ISO time or an age',
    }),
    until: timeFlag('end of the window, not included; now by default'),
    fix: Flags.boolean({ description: 'write what is missing, changed, moved or late' }),
    prune: Flags.boolean({
      description: 'delete outdated placeholders and duplicates, at most --max-deletes',
    }),
    'exit-code': Flags.boolean({
      description: 'end with exit code 4 while differences remain that a run can heal',
    }),
    'overwrite-edits': Flags.boolean({ description: 'write over what a person changed' }),
    'restore-deleted': Flags.boolean({ description: 'write again what a person deleted' }),
    transcripts: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'ask Aircall for transcripts that are due',
    }),
    output: Flags.string({ helpValue: 'FILE', description: 'where to put the drift CSV' }),
    'max-deletes': wholeNumberFlag({
      helpValue: 'N',
      min: 0,
      description: 'the most records --prune may delete',
    }),
    'ping-url': Flags.string({
      helpValue: 'URL',
      description:
        'monitor to tell of start, success and failure; ' +
        'AIRCALL_SYNC_PING_URL keeps it off the command line',
    }),
    'metrics-file': Flags.string({ helpValue: 'FILE', description: 'Prometheus text file to write' }),
    allow: allowFlag,
  }

  /** cron mails whatever is printed: without a terminal only warnings go to stderr, unless more was asked for. */
  get #isQuiet(): boolean {
    const { verbose, 'log-format': format } = this.flags
    return process.stderr.isTTY !== true && verbose !== true && format !== 'json'
  }

  protected override createLog(): Log {
    const log = super.createLog()
    return this.#isQuiet ? { ...log, info() {} } : log
  }

  protected override createProgress(clock: Clock): Progress {
    return this.#isQuiet ? noProgress : super.createProgress(clock)
  }

  protected override describe(summary: Summary): string {
    const { timezone } = this.settings().config
    return isQuietNight(summary) ? formatQuietNight(summary, timezone) : super.describe(summary)
  }

  /** The monitor hears of a run whose settings are wrong, too; what is wrong with them, that run says. */
  get #monitor(): { url: string | undefined; proxy: ProxySettings | null } {
    const asked = this.flags['ping-url']
    try {
      const { pingUrl, proxy } = this.settings()
      return { url: asked ?? pingUrl?.reveal(), proxy }
    } catch {
      return { url: asked ?? (process.env[PING_URL] || undefined), proxy: null }
    }
  }

  async run(): Promise<Summary> {
    // A request that the settings cannot serve is told to the monitor too: it is made inside.
    const summary = await withHeartbeat(
      { ...this.#monitor, log: this.createLog(), signal: this.signal },
      async () => reconcile(this.surroundings(), this.#request()),
    )
    return this.report(summary)
  }

  #request(): ReconcileRequest {
    const { flags } = this
    return {
      range: this.range(flags.since, flags.until),
      fix: flags.fix,
      prune: flags.prune,
      exitCode: flags['exit-code'],
      overwriteEdits: flags['overwrite-edits'],
      restoreDeleted: flags['restore-deleted'],
      transcripts: flags.transcripts && this.settings().config.transcripts.enabled,
      maxDeletes: flags['max-deletes'] ?? this.settings().config.guards.maxDeletes,
      ...(flags.output !== undefined && { output: resolve(flags.output) }),
      ...(flags['metrics-file'] !== undefined && { metricsFile: flags['metrics-file'] }),
    }
  }
}
