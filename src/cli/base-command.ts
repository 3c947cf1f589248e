import type { Interfaces } from '@oclif/core'
import { Command } from '@oclif/core/command'
import { hideSecrets, type Secret } from '../config/secret.ts'
import { loadSettings, type Settings } from '../config/settings.ts'
import { toVisibleJson } from '../conversation/well-formed.ts'
import type { Clock } from '../domain.ts'
import { createLog, type Log } from '../report/live/log.ts'
import { maskFields, maskNumbers } from '../report/live/mask.ts'
import { createProgress, type Progress } from '../report/live/progress.ts'
import type { Paint } from '../report/summary.ts'
import { EXIT } from './exit-code.ts'
import { type Failure, formatFailure, toFailure, toInterruption } from './failure.ts'
import { sharedFlags } from './flags.ts'
import { quoteArgument } from './quote.ts'
import { type StopWatch, watchSignals } from './signals.ts'
import { createPaint, isRichTerminal, toTerminal, widthOf } from './style.ts'

export type FlagsOf<T extends typeof Command> = Interfaces.InferredFlags<
  (typeof BaseCommand)['baseFlags'] & T['flags']
>
export type ArgsOf<T extends typeof Command> = Interfaces.InferredArgs<T['args']>

/**
 * What every command shares: flags, settings, signals, and one way to end. A subclass reads `this.flags`
 * and `this.args`, calls one pipeline function with `this.signal`, and returns `this.finish(result, ...)`.
 * stdout carries the result alone; everything else goes to stderr.
 */
export abstract class BaseCommand<T extends typeof Command> extends Command {
  static override enableJsonFlag = true
  static override baseFlags = sharedFlags

  protected flags!: FlagsOf<T>
  protected args!: ArgsOf<T>
  /** The command that goes on where this one stopped; by default the same command line. */
  protected continueCommand: string | null = null
  #settings: Settings | null = null
  #progress: Progress | null = null
  #stop: StopWatch | null = null

  override async init(): Promise<void> {
    await super.init()
    process.stderr.on('error', ignoreClosedPipe)
    this.#stop = watchSignals({ source: process, onFirst: () => this.#announceStop() })
    const ctor = this.ctor as typeof BaseCommand
    const { flags, args } = await this.parse({
      flags: ctor.flags,
      baseFlags: ctor.baseFlags,
      args: ctor.args,
      strict: ctor.strict,
      enableJsonFlag: ctor.enableJsonFlag,
    })
    this.flags = flags as FlagsOf<T>
    this.args = args as ArgsOf<T>
  }

  /** Aborted by the first SIGINT or SIGTERM. */
  protected get signal(): AbortSignal {
    return this.#stop?.signal ?? AbortSignal.abort()
  }

  /** What is in force. Read once. */
  protected settings(): Settings {
    this.#settings ??= loadSettings({ flags: this.#shared(), env: process.env, cwd: process.cwd() })
    return this.#settings
  }

  protected get isInteractive(): boolean {
    return (
      process.stdin.isTTY === true &&
      process.stderr.isTTY === true &&
      !this.jsonEnabled() &&
      !process.env['CI']
    )
  }

  /** Colour for stdout. */
  protected get paint(): Paint {
    return createPaint(process.stdout, process.env)
  }

  /** Columns of the terminal, at most 100, 80 in a pipe. */
  protected get width(): number {
    return widthOf(process.stdout) ?? 80
  }

  protected createProgress(clock: Clock): Progress {
    const isJson = this.#shared()['log-format'] === 'json'
    this.#progress ??= createProgress({
      stream: isJson ? toLogStream(this.createLog()) : process.stderr,
      isTTY: !isJson && isRichTerminal(process.stderr, process.env),
      enabled: this.#shared()['no-progress'] !== true && !this.jsonEnabled(),
      clock,
    })
    return this.#progress
  }

  protected createLog(): Log {
    const { verbose, reveal, 'log-format': format } = this.#shared()
    const write = (text: string) => {
      // Lines for a machine are written as they are: progress itself is among them.
      if (this.#progress === null || format === 'json') process.stderr.write(text)
      else this.#progress.line(text.trimEnd())
    }
    const columns = widthOf(process.stderr)
    const width = columns === null ? {} : { width: columns }
    return createLog({
      format: format ?? 'text',
      stream: { write },
      verbose: verbose === true,
      reveal: reveal === true,
      ...width,
      hide: (line) => hideSecrets(line, this.#secrets()),
    })
  }

  /**
   * Ends well: prints `text` (not under --json), sets the exit code, returns the body of --json. A stop that came
   * meanwhile is said as an error, unless being stopped is how it ends well.
   */
  protected finish<R>(result: R, o: { text?: string; exitCode?: number; mayStop?: boolean } = {}): R {
    this.#progress?.stop()
    if (o.text !== undefined) this.log(this.#mask(o.text))
    const stopped = this.#stop?.received() ?? null
    if (stopped === null || o.mayStop === true) process.exitCode = o.exitCode ?? 0
    else this.#fail(toInterruption(stopped, this.#continuation()), { onStderrOnly: true })
    return result
  }

  override async catch(error: unknown): Promise<void> {
    this.#progress?.stop()
    if (isRequestedExit(error)) {
      process.exitCode = error.oclif.exit
      return
    }
    const stopped = this.#stop?.received() ?? null
    const failure =
      stopped !== null && isAbort(error, this.signal)
        ? toInterruption(stopped, this.#continuation())
        : toFailure(error, this.#name())
    this.#fail(failure)
    if (this.argv.includes('--verbose') && error instanceof Error) this.#explain(error)
  }

  override async finally(_error: Error | undefined): Promise<void> {
    this.#progress?.stop()
    this.#stop?.dispose()
    process.stderr.off('error', ignoreClosedPipe)
  }

  override log(text = ''): void {
    super.log('%s', toTerminal(text))
  }

  /** Plain JSON: oclif's own is coloured on a terminal. Numbers obey the rule of the text (docs/privacy.md). */
  override logJson(json: unknown): void {
    const shown = this.#shared().reveal === true ? json : maskFields(json)
    const text = toVisibleJson(JSON.stringify(shown, null, 2))
    process.stdout.write(`${hideSecrets(text, this.#secrets())}\n`)
  }

  #fail(failure: Failure, o: { onStderrOnly?: boolean } = {}): void {
    process.exitCode = failure.exitCode
    const shown = { ...failure, message: this.#clean(failure.message) }
    if (this.jsonEnabled() && o.onStderrOnly !== true) this.logJson({ error: shown })
    else if (this.#shared()['log-format'] === 'json') this.#logFailure(shown)
    else if (isAnotherRunning(shown)) process.stderr.write(`${shown.message} (${shown.code})\n`)
    else process.stderr.write(`${this.#clean(formatFailure(shown, widthOf(process.stderr)))}\n`)
  }

  #logFailure({ message, code, exitCode, suggestions }: Failure): void {
    this.createLog().error(message, { code, exitCode, tryThis: suggestions.join(' | ') })
  }

  #announceStop(): void {
    this.createLog().info('Stopping after the request in flight. Press Ctrl-C again to stop at once.')
  }

  #explain(error: Error): void {
    const cause = error.cause instanceof Error ? `\nCaused by: ${error.cause.stack}` : ''
    const said = this.#clean(`${error.stack}${cause}`)
    if (this.#shared()['log-format'] === 'json') this.createLog().debug(said)
    else process.stderr.write(`${said}\n`)
  }

  #clean(text: string): string {
    return toTerminal(this.#mask(hideSecrets(text, this.#secrets())))
  }

  #mask(text: string): string {
    return this.#shared().reveal === true ? text : maskNumbers(text)
  }

  #secrets(): Secret[] {
    const held = this.#settings?.credentials
    const { pingUrl } = this.#settings ?? {}
    // What is too short for a token may be any word.
    const tokens = this.#settings?.webhook.tokens.filter((one) => one.reveal().length >= 16) ?? []
    return [held?.aircall?.id, held?.aircall?.token, held?.planhat, pingUrl, ...tokens].filter(
      (one) => one instanceof Object,
    ) as Secret[]
  }

  #shared(): Partial<Interfaces.InferredFlags<typeof sharedFlags>> {
    return (this.flags as Partial<Interfaces.InferredFlags<typeof sharedFlags>> | undefined) ?? {}
  }

  #continuation(): string {
    return this.continueCommand ?? ['aircall-sync', this.#name(), ...this.argv.map(quoteArgument)].join(' ')
  }

  #name(): string {
    return (this.id ?? '').replaceAll(':', ' ')
  }
}

/** What progress says without a bar, as lines of the log. */
function toLogStream(log: Log): Pick<NodeJS.WritableStream, 'write'> {
  return {
    write(text: string | Uint8Array) {
      log.info(String(text).trimEnd())
      return true
    },
  }
}

/** Nobody has to do anything about it, and cron mails every line: one is enough. */
function isAnotherRunning({ exitCode }: Failure): boolean {
  return exitCode === EXIT.locked && process.stderr.isTTY !== true
}

interface RequestedExit extends Error {
  readonly oclif: { readonly exit: number }
}

/** `this.exit(n)`: already explained. */
function isRequestedExit(error: unknown): error is RequestedExit {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT' && 'oclif' in error
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (error === signal.reason) return true
  if (!(error instanceof Error)) return false
  return error.name === 'AbortError' || isAbort(error.cause, signal)
}

/** The reader of the pipe went away (`| head`): no reason for a stack trace. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
