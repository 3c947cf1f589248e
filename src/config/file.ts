import { readFileSync } from 'node:fs'
import { FatalError } from '../errors.ts'
import { detectWide } from '../files/encoding.ts'
import { locateJsonProblem } from './json.ts'
import { describeProblems } from './problems.ts'
import { type ConfigFile, configFileSchema } from './schema.ts'

/** As far as it takes to see that every other byte is zero. */
const WIDE_HEAD = 512

/** Reads a file's text, null when there is none. Any other trouble is FatalError CONFIG_UNREADABLE. */
export function readOptional(path: string): string | null {
  try {
    return decode(readFileSync(path), path)
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
    suggestions: ['mend the file, then run: aircall-sync config show'],
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
      suggestions: ['mend the file, then run: aircall-sync config show'],
    })
  }
}
