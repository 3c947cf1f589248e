import { accessSync, constants, existsSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { FatalError } from '../errors.ts'
import { PRIVATE, writeWhole } from '../files/draft.ts'
import { readFound } from './file.ts'

/** The value of one variable in an env file, null where file or variable is not there. */
export function readEnvVariable(path: string, name: string): string | null {
  const text = readFound(path)
  return text === null ? null : parseEnv(withoutMark(text))[name]?.trim() || null
}

/**
 * @throws FatalError ENV_FILE_UNWRITABLE (exit 7) where `setEnvVariable` would fail, as far as that can be said
 * before.
 */
export function checkEnvFile(path: string): void {
  const place = targetOf(path)
  try {
    // It is replaced, so its folder counts as well.
    if (existsSync(place)) accessSync(place, constants.R_OK | constants.W_OK)
    accessSync(dirname(place), constants.W_OK | constants.X_OK)
    readFound(place)
  } catch (cause) {
    throw cause instanceof FatalError ? cause : unwritable(path, cause)
  }
}

/**
 * Sets a variable in an env file, or takes it out (null). Every other line stays as it is, and the file is its
 * owner's alone (0600).
 * @throws FatalError ENV_FILE_UNWRITABLE (exit 7), also where the file is written in a way that cannot be changed
 * surely.
 */
export function setEnvVariable(path: string, name: string, value: string | null): void {
  const place = targetOf(path)
  const before = readFound(place)
  if (before === null && value === null) return
  const after = changeText(before ?? '', name, value)
  const isSure = sameBut(parseEnv(withoutMark(before ?? '')), parseEnv(withoutMark(after)), name, value)
  if (!isSure) throw unwritable(path, 'its lines cannot be told apart')
  try {
    writeWhole(place, after, PRIVATE)
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

/** The first line that sets it is replaced, others are taken out; a new one comes last. */
function changeText(text: string, name: string, value: string | null): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const setsIt = new RegExp(`^\\uFEFF?[ \\t]*(export[ \\t]+)?${name}[ \\t]*=`)
  const lines = text.split(/(?<=\n)/)
  const first = lines.findIndex((line) => setsIt.test(line))
  const rest = lines.filter((line, at) => at === first || !setsIt.test(line))
  const entry = value === null ? '' : `${name}=${value}${newline}`
  if (first >= 0)
    return rest.with(first, (text.startsWith('\uFEFF') && first === 0 ? '\uFEFF' : '') + entry).join('')
  const whole = rest.join('')
  return whole === '' || whole.endsWith('\n') || entry === '' ? whole + entry : whole + newline + entry
}

/** Read again as `listen` will read it: this variable as wanted, and no other changed. */
function sameBut(
  before: Readonly<Record<string, string | undefined>>,
  after: Readonly<Record<string, string | undefined>>,
  name: string,
  value: string | null,
): boolean {
  if ((after[name] ?? null) !== value) return false
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  names.delete(name)
  return [...names].every((one) => before[one] === after[one])
}

/** What a link leads to is changed, not the link. */
function targetOf(path: string): string {
  const place = resolve(path)
  try {
    return realpathSync(place)
  } catch {
    return place
  }
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '')
}

function unwritable(path: string, cause: unknown): FatalError {
  const why = typeof cause === 'string' ? cause : ((cause as NodeJS.ErrnoException).code ?? 'unknown reason')
  return new FatalError(
    'ENV_FILE_UNWRITABLE',
    `${path} cannot be written (${why}), and the token goes nowhere else.`,
    {
      ...(typeof cause === 'string' ? {} : { cause }),
      suggestions: ['check that file and folder are yours, or name another one with --env-file FILE'],
    },
  )
}
