import { once } from 'node:events'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../cli/base-command.ts'
import { parseFaults } from '../sandbox/faults.ts'
import { type Sandbox as RunningSandbox, startSandbox } from '../sandbox/sandbox.ts'
import { parseTranscription } from '../sandbox/transcription.ts'

export default class Sandbox extends BaseCommand<typeof Sandbox> {
  static override summary = 'Serve a made-up Aircall and Planhat on this machine, for trials and tests.'
  static override description =
    'Prints the environment to use, and runs until it is ' +
    'stopped. The same seed always makes the same data; ' +
    'look into its Planhat through the usual API, for example GET /conversations.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --calls 500 --end-users 200',
    '<%= config.bin %> <%= command.id %> --automation --faults 5xx=0.05,lost=0.02',
  ]
  static override flags = {
    calls: Flags.integer({ helpValue: 'N', default: 1000, min: 0, summary: 'how many calls there are' }),
    'end-users': Flags.integer({
      helpValue: 'N',
      default: 400,
      min: 0,
      summary: 'how many End Users there are',
    }),
    days: Flags.integer({
      helpValue: 'N',
      default: 60,
      min: 1,
      summary: 'how many days the calls are spread over',
    }),
    seed: Flags.integer({ helpValue: 'N', default: 1, min: 0, summary: 'seed of the made-up data' }),
    port: Flags.integer({
      helpValue: 'PORT',
      default: 0,
      min: 0,
      max: 65_535,
      summary: 'the port, 0 for a free one',
    }),
    'aircall-rpm': Flags.integer({
      helpValue: 'N',
      default: 120,
      min: 0,
      summary: 'requests a minute, 0 for no limit',
    }),
    'planhat-rpm': Flags.integer({
      helpValue: 'N',
      default: 200,
      min: 0,
      summary: 'requests a minute, 0 for no limit',
    }),
    arrivals: Flags.integer({
      helpValue: 'N',
      default: 0,
      min: 0,
      summary: 'new calls that come in a minute; registered webhooks get their events',
    }),
    'event-delay': Flags.integer({
      helpValue: 'SECONDS',
      default: 5,
      min: 0,
      summary: 'seconds from the end of a call to its event; about 30 at Aircall',
    }),
    faults: Flags.string({
      helpValue: 'KIND=SHARE,...',
      default: '',
      summary: 'share of requests that fail, by kind: 5xx=0.05,reset=0.03,lost=0.02',
    }),
    transcription: Flags.string({
      default: '',
      helpValue: 'LINE:AGE',
      summary:
        'lines (1 to 6) with transcription and since when, for example 1:20d,4:90d; all lines by default',
    }),
    automation: Flags.boolean({ summary: "begin with what Planhat's automation wrote, with its defects" }),
  }

  async run(): Promise<void> {
    const sandbox = await this.#start()
    const lines = Object.entries(sandbox.env).map(([name, value]) => `export ${name}=${value}`)
    if (this.jsonEnabled()) this.logJson(sandbox.env)
    else this.log(lines.join('\n'))
    this.logToStderr(`The sandbox listens on ${sandbox.url}. Stop it with Ctrl-C.`)
    // Being stopped is how it ends well, so this is exit 0 and not 130.
    if (!this.signal.aborted) await once(this.signal, 'abort')
    await sandbox.stop()
  }

  /** The environment is printed at once, not at the end: then there is nothing left to say. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }

  #start(): Promise<RunningSandbox> {
    const { flags } = this
    return startSandbox({
      seed: flags.seed,
      calls: flags.calls,
      endUsers: flags['end-users'],
      days: flags.days,
      nowMs: Date.now(),
      port: flags.port,
      aircallRpm: flags['aircall-rpm'] || null,
      planhatRpm: flags['planhat-rpm'] || null,
      switches: { arrivalsPerMinute: flags.arrivals, eventDelaySeconds: flags['event-delay'] },
      faults: parseFaults(flags.faults),
      transcription: parseTranscription(flags.transcription, Date.now()),
      automation: flags.automation,
    })
  }
}
