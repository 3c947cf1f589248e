import { createInterface } from 'node:readline/promises'
import type { Command } from '@oclif/core'
import type { Clock } from '../domain.ts'
import { systemClock } from '../http/clock.ts'
import type { Surroundings } from '../pipeline/run/surroundings.ts'
import { writeLimits } from '../pipeline/writing/estimate.ts'
import type { Summary } from '../report/summary.ts'
import { formatSummary } from '../report/text/summary.ts'
import { BaseCommand } from './base-command.ts'
import { nextCommands } from './next-commands.ts'
import { quoteArgument } from './quote.ts'
import { toTerminal } from './style.ts'
import { parseRange, type TimeContext } from './time.ts'

/** A command that touches the world: hands it to the pipeline and prints the summary that comes back. */
export abstract class RunCommand<T extends typeof Command> extends BaseCommand<T> {
  protected readonly clock: Clock = systemClock

  protected surroundings(): Surroundings {
    const { allow } = this.flags as { allow?: readonly string[] }
    return {
      settings: this.settings(),
      clock: this.clock,
      signal: this.signal,
      log: this.createLog(),
      progress: this.createProgress(this.clock),
      allow: new Set(allow ?? []),
      reveal: this.flags.reveal === true,
      ...(this.isInteractive ? { confirm: (question: string) => ask(question, this.signal) } : {}),
    }
  }

  /** `--since` and `--until` in the configured zone, half-open. */
  protected range(since: string, until: string | undefined): { since: number; until: number } {
    const context: TimeContext = { zone: this.settings().config.timezone, nowMs: this.clock.nowMs() }
    return parseRange({ since, until, command: this.id }, context)
  }

  protected describe(summary: Summary): string {
    const { limits, planhat } = this.settings().config
    const next = nextCommands(summary, {
      flags: this.repeatedFlags(),
      limits: writeLimits({ limits, planhat }),
    })
    const { timezone } = this.settings().config
    return formatSummary(summary, { width: this.width, timezone, paint: this.paint, next })
  }

  /** Where state and configuration are not the default ones, the next command has to be told too. */
  protected repeatedFlags(): string {
    const { config, profile, 'state-dir': stateDir } = this.flags
    return Object.entries({ config, profile, 'state-dir': stateDir })
      .flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoteArgument(value)}`]))
      .join('')
  }

  /** The summary as text for people, or as the body of `--json`. */
  protected report(summary: Summary): Summary {
    const text = this.describe(summary)
    return this.finish(summary, { text, exitCode: summary.run.exitCode })
  }
}

async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${toTerminal(question)} [y/N] `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}
