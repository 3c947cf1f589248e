import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Command, Flags } from '@oclif/core'
import { parse } from '@oclif/core/parser'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CommandLine, shownCommandLines, splitWords } from './command-lines.ts'
import { filesBelow, root } from './pages.ts'

/** By name with spaces, aliases included. */
const commands = new Map<string, typeof Command>()
const broken: string[] = []

async function load(file: string): Promise<void> {
  const name = file
    .replace(/^src\/commands\/|\.ts$/g, '')
    .replace(/(^|\/)index$/, (_, slash) => (slash === '/' ? '' : 'index'))
    .replaceAll('/', ' ')
  try {
    const loaded = (await import(pathToFileURL(join(root, file)).href)) as { default: typeof Command }
    for (const one of [name, ...loaded.default.aliases.map((alias) => alias.replaceAll(':', ' '))]) {
      commands.set(one, loaded.default)
    }
  } catch (error) {
    broken.push(`${file}: ${(error as Error).message}`)
  }
}

/** The command of the most words that the line begins with. */
function find(words: readonly string[]): { command: typeof Command; rest: string[] } | null {
  for (const count of [2, 1]) {
    const command = commands.get(words.slice(0, count).join(' '))
    if (command !== undefined) return { command, rest: words.slice(count) }
  }
  return null
}

async function problemOf({ where, words }: CommandLine): Promise<string | null> {
  if (['--version', '--help', 'help', 'autocomplete'].includes(words[0] ?? '')) return null
  const found = find(words)
  if (found === null) return `${where}: there is no command "${words.join(' ')}"`
  const { command, rest } = found
  const json = command.enableJsonFlag ? { json: Flags.boolean() } : {}
  try {
    await parse(rest, {
      flags: { ...command.baseFlags, ...json, ...command.flags },
      args: command.args,
      strict: command.strict,
    })
    return null
  } catch (error) {
    return `${where}: ${words.join(' ')}: ${(error as Error).message.split('\n')[0]}`
  }
}

describe('the command lines that the documentation shows', () => {
  beforeAll(async () => {
    for (const file of filesBelow('src/commands', '.ts')) await load(file)
  })

  it('can be loaded to be compared with', () => {
    expect(broken).toEqual([])
  })

  it('name commands, flags and arguments that exist', async () => {
    const lines = shownCommandLines()
    expect(lines.length).toBeGreaterThan(30)
    const problems = await Promise.all(lines.map(problemOf))
    expect(problems.filter((problem) => problem !== null)).toEqual([])
  })

  it('show every command at least once', () => {
    const shown = new Set(shownCommandLines().map(({ words }) => find(words)?.command))
    const names = [...commands].filter(([, command]) => !shown.has(command)).map(([name]) => name)
    expect(names).toEqual([])
  })
})

describe('splitting a line as a shell does', () => {
  it.each([
    ['apply review.csv --yes', ['apply', 'review.csv', '--yes']],
    ['index lookup "+1 202 555 0143" --reveal', ['index', 'lookup', '+1 202 555 0143', '--reveal']],
    [
      "index import export.csv --map 'phone=Mobile phone'",
      ['index', 'import', 'export.csv', '--map', 'phone=Mobile phone'],
    ],
    ['reconcile --fix >>reconcile.log 2>&1', ['reconcile', '--fix']],
    ['reconcile # tonight', ['reconcile']],
    ['runs | head', ['runs']],
  ])('reads %s', (line, words) => {
    expect(splitWords(line)).toEqual(words)
  })
})
