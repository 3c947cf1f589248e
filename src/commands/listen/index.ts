import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { allowFlag } from '../../cli/flags.ts'
import { durationFlag } from '../../cli/listen-flags.ts'
import { RunCommand } from '../../cli/run-command.ts'
import { parsePause } from '../../cli/time.ts'
import { envFileFlag } from '../../cli/webhook-flags.ts'
import { listen, readPath } from '../../pipeline/listen.ts'

export default class Listen extends RunCommand<typeof Listen> {
  static override summary =
    "Receive Aircall's events and bring each call into Planhat within seconds, until stopped."
  static override description =
    'An event only says which call to look at. It is stored on disk and acknowledged; ' +
    'then the call is read from Aircall and handled as reconcile --fix would. At the ' +
    'start and every 15 minutes the listener catches up on what events missed, and once ' +
    'a day it reconciles everything. Aircall needs a public address with TLS in front of ' +
    'it (docs/listen.md) and a webhook (webhook register).'
  static override examples = [
    { description: 'Behind a proxy on the same machine', command: '<%= config.bin %> listen' },
    {
      description: "While Planhat's automation still runs: let it go first",
      command: '<%= config.bin %> listen --grace 2m',
    },
    { description: 'How it is doing', command: '<%= config.bin %> listen status' },
  ]
  static override flags = {
    host: Flags.string({ default: '127.0.0.1', helpValue: 'ADDRESS', description: 'address to listen on' }),
    port: Flags.integer({
      default: 8787,
      min: 0,
      max: 65_535,
      helpValue: 'PORT',
      description: 'port to listen on; 0 takes a free one',
    }),
    path: Flags.string({
      default: '/aircall',
      helpValue: 'PATH',
      description: 'URL path that Aircall delivers to',
    }),
    'catch-up': durationFlag({
      default: '15m',
      description: 'how often to look for calls that no event named; 0: at the start only',
    }),
    reconcile: durationFlag({ default: '24h', description: 'how often to reconcile everything; 0: never' }),
    window: durationFlag({
      default: '7d',
      description: 'how far back the first start and each reconcile look',
    }),
    grace: durationFlag({
      default: '0s',
      description: "how long to wait for Planhat's automation to write first",
    }),
    'allow-public-bind': Flags.boolean({ description: 'allow an address that other machines can reach' }),
    'env-file': envFileFlag,
    revive: Flags.boolean({
      default: true,
      allowNo: true,
      description: 'switch our webhook on again when Aircall has switched it off',
    }),
    allow: allowFlag,
  }

  async run(): Promise<void> {
    const { flags } = this
    const { isClean } = await listen(this.surroundings(), {
      host: flags.host,
      port: flags.port,
      path: readPath(flags.path),
      catchUpMs: parsePause(flags['catch-up']),
      reconcileMs: parsePause(flags.reconcile),
      windowMs: parsePause(flags.window),
      graceMs: parsePause(flags.grace),
      envFile: resolve(flags['env-file']),
      revives: flags.revive,
      allowPublicBind: flags['allow-public-bind'],
      own: process.env,
      onListening: (url) => this.#say(url),
    })
    // Being stopped is how it ends well, so this is exit 0 and not 143. A
    // request that a server lets wait would keep the process.
    process.exitCode = 0
    if (!isClean) process.exit(0)
  }

  /** Nothing is left to say at the end. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }

  #say(url: string): void {
    if (this.flags['log-format'] === 'json') this.createLog().info('Listening', { url })
    // Also with --json: nothing else says where. (oclif's own `logToStderr` is silent then.)
    else process.stderr.write(`Listening on ${url}\n`)
  }
}
