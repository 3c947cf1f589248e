import type { Stats } from 'node:fs'
import { FatalError } from '../errors.ts'
import { detectWide } from '../files/encoding.ts'
import { distrustOf, modeOf, readWithOwner } from '../files/trust.ts'
import { locateJsonProblem } from './json.ts'
import { describeProblems } from './problems.ts'
import { type ConfigFile, configFileSchema } from './schema.ts'

/** As far as it takes to see that every other byte is zero. */
const WIDE_HEAD = 512

/**
 * Reads the text of a file that was found by its name alone, null when there is none. It decides where the credentials
 * go: FatalError FILE_UNTRUSTED where somebody else than this user or root made it, or can change it.
 */
export function readFound(path: string): string | null {
  return read(path, 'found')
}

/**
 * Reads the text of a file that somebody named, null when there is none. Any
 * other trouble is FatalError CONFIG_UNREADABLE.
 */
export function readOptional(path: string): string | null {
  return read(path, 'named')
}

function read(path: string, how: 'found' | 'named'): string | null {
  try {
    const { bytes, stats } = readWithOwner(path)
    if (how === 'found') refuseUntrusted(path, stats)
    return decode(bytes, path)
  } catch (cause) {
    if (cause instanceof FatalError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new FatalError('CONFIG_UNREADABLE', `${path} cannot be read (${code ?? 'unknown reason'}).`, {
      cause,
      suggestions: ['check that it is a file and that you may read it'],
    })
  }
}

function refuseUntrusted(path: string, stats: Stats): void {
  const distrust = distrustOf(stats)
  if (distrust === null) return
  const [why, remedy] =
    distrust === 'foreign'
      ? [
          `belongs to another user (uid ${stats.uid}, mode ${modeOf(stats)})`,
          'write one of your own in its place, or work in another folder',
        ]
      : [`can be written to by others (mode ${modeOf(stats)})`, `look through it, then: chmod go-w "${path}"`]
  throw new FatalError(
    'FILE_UNTRUSTED',
    `${path} ${why}. It decides where the credentials go, so it is not read.`,
    {
      suggestions: [remedy],
    },
  )
}

/** What Notepad calls Unicode: as UTF-8 every other sign of it would be a NUL. */
function decode(bytes: Buffer, path: string): string {
  if (detectWide(bytes.subarray(0, WIDE_HEAD)) === null) return bytes.toString('utf8')
  throw new FatalError('CONFIG_INVALID', `${path} is written in UTF-16, not in UTF-8.`, {
    suggestions: ['save it again with the encoding UTF-8'],
  })
}

/** Checks a configuration text. Errors (CONFIG_INVALID) name line and column, or the key; never a value. */
export function parseConfigText(text: string, path: string): ConfigFile {
  const parsed = configFileSchema.safeParse(parseJson(text.replace(/^\uFEFF/, ''), path))
  if (parsed.success) return parsed.data
  const problems = describeProblems(parsed.error.issues)
  throw new FatalError('CONFIG_INVALID', `${path} is not valid: ${problems.join('; ')}.`, {
    suggestions: ['fix the file, then run: aircall-sync config show'],
  })
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The cause is left out on purpose: V8 quotes the text around the place.
    const where = locateJsonProblem(text)
    const said = where === null ? 'not JSON' : `line ${where.line}, column ${where.column}: ${where.hint}`
    throw new FatalError('CONFIG_INVALID', `${path} is not valid JSON: ${said}.`, {
      suggestions: ['fix the file, then run: aircall-sync config show'],
    })
  }
}
