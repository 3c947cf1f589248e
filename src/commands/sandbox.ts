import { Command, Flags } from '@oclif/core'
import { parseFaults } from '../sandbox/faults.ts'
import { startSandbox } from '../sandbox/sandbox.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export default class Sandbox extends Command {
  static override summary = 'serve an embedded Aircall and Planhat on loopback, with made-up data'
  static override description =
    'Prints the environment to use and stays until it is stopped. The same seed always makes the same data; ' +
    'Planhat can be looked at through its ordinary API, for example GET /conversations.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --calls 500 --end-users 200',
    '<%= config.bin %> <%= command.id %> --automation --faults 5xx=0.05,lost=0.02',
  ]
  static override enableJsonFlag = false
  static override flags = {
    calls: Flags.integer({ default: 1000, min: 0, summary: 'how many calls there are' }),
    'end-users': Flags.integer({ default: 400, min: 0, summary: 'how many End Users there are' }),
    days: Flags.integer({ default: 60, min: 1, summary: 'over how many days the calls are spread' }),
    seed: Flags.integer({ default: 1, min: 0, summary: 'what the data is made from' }),
    port: Flags.integer({ default: 0, min: 0, max: 65_535, summary: 'the port, 0 for a free one' }),
    'aircall-rpm': Flags.integer({ default: 120, min: 0, summary: 'requests a minute, 0 for no limit' }),
    'planhat-rpm': Flags.integer({ default: 200, min: 0, summary: 'requests a minute, 0 for no limit' }),
    arrivals: Flags.integer({ default: 0, min: 0, summary: 'new calls that come in a minute' }),
    faults: Flags.string({
      default: '',
      summary: 'shares of trouble, for example 5xx=0.05,reset=0.03,lost=0.02',
    }),
    automation: Flags.boolean({ summary: 'the live automation has run before, with its defects' }),
    json: Flags.boolean({ summary: 'print the environment as one JSON object' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Sandbox)
    const sandbox = await startSandbox({
      seed: flags.seed,
      calls: flags.calls,
      endUsers: flags['end-users'],
      days: flags.days,
      nowMs: Date.now(),
      port: flags.port,
      aircallRpm: flags['aircall-rpm'] || null,
      planhatRpm: flags['planhat-rpm'] || null,
      switches: { arrivalsPerMinute: flags.arrivals },
      faults: parseFaults(flags.faults),
      automation: flags.automation,
    })
    const lines = Object.entries(sandbox.env).map(([name, value]) => `export ${name}=${value}`)
    this.log(flags.json ? JSON.stringify(sandbox.env) : lines.join('\n'))
    this.logToStderr(`The sandbox listens on ${sandbox.url}. Stop it with Ctrl-C.`)
    await new Promise<void>((resolve) => {
      for (const signal of SIGNALS) process.once(signal, () => resolve())
    })
    await sandbox.stop()
  }
}
