import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FatalError, UsageError } from '../errors.ts'
import { PUBLIC, writeWhole } from '../files/draft.ts'
import { parseConfigText, readOptional } from './file.ts'
import { overlay } from './merge.ts'
import { checkPrefixes } from './profiles.ts'
import type { ConfigFile } from './schema.ts'

/** What `init` asks; everything else stays at its default until somebody edits the file. */
export interface InitAnswers {
  readonly defaultCountry: string
  readonly timezone: string
  readonly type: string
  readonly recordingField: string
  readonly records: string
}

/** The answers as a configuration, checked: FatalError CONFIG_INVALID names the key that is wrong. */
export function buildConfig(answers: InitAnswers): ConfigFile {
  const { defaultCountry, timezone, type, recordingField, records } = answers
  const file = { defaultCountry, timezone, conversation: { type, records, recordingField } }
  return parseConfigText(JSON.stringify(file), 'The configuration')
}

/**
 * What a configuration that is there answers already; of a profile its own section, and the rest of the file under it.
 * Empty where there is none.
 */
export function heldAnswers(path: string, profile: string | null): Partial<InitAnswers> {
  const held = readOptional(path)
  if (held === null) return {}
  const { profiles = {}, ...rest } = parseConfigText(held, path)
  const section = profile !== null && Object.hasOwn(profiles, profile) ? profiles[profile] : undefined
  const {
    defaultCountry,
    timezone,
    conversation = {},
  } = section === undefined ? rest : overlay(rest, section)
  const { type, recordingField, records } = conversation
  const answers = { defaultCountry, timezone, type, recordingField, records }
  return Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== undefined))
}

/**
 * Writes a configuration, or one profile's section of it. What is there is refused unless `overwrite`, which changes
 * what `init` asks and leaves the rest as it stands: UsageError
 * CONFIG_EXISTS. It holds no secret, so others may read it; one that others can write would be refused.
 */
export function writeConfig(o: {
  path: string
  config: ConfigFile
  profile: string | null
  overwrite: boolean
}): void {
  const current = readUnlessTaken(o)
  checkPrefixes([...Object.keys(current.profiles ?? {}), ...(o.profile === null ? [] : [o.profile])])
  const file =
    o.profile === null
      ? overlay(current, o.config)
      : overlay(current, { profiles: { [o.profile]: o.config } })
  writeConfigText(o.path, `${JSON.stringify({ ...schemaReference(o.path), ...file }, null, 2)}\n`)
}

/** What is there already, also to be asked before anybody answers a question. @throws UsageError CONFIG_EXISTS. */
export function readUnlessTaken(o: { path: string; profile: string | null; overwrite: boolean }): ConfigFile {
  const held = readOptional(o.path)
  const current = held === null ? {} : parseConfigText(held, o.path)
  const taken = o.profile === null ? held !== null : Object.hasOwn(current.profiles ?? {}, o.profile)
  if (!taken || o.overwrite) return current
  throw new UsageError('CONFIG_EXISTS', `${o.path} is there already.`, {
    suggestions: [
      'add --overwrite to change it: what it says is the default then',
      'aircall-sync config show',
    ],
  })
}

function writeConfigText(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeWhole(path, text, PUBLIC)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new FatalError('CONFIG_UNWRITABLE', `${path} cannot be written (${code ?? 'unknown reason'}).`, {
      cause,
      suggestions: ['check that the folder is yours', 'aircall-sync init --config FILE'],
    })
  }
}

/** Editors complete the file when they find its schema; only a local installation has a stable path. */
function schemaReference(path: string): { $schema?: string } {
  const schema = 'node_modules/aircall-sync/schema/aircall-sync.config.schema.json'
  return existsSync(join(dirname(path), schema)) ? { $schema: `./${schema}` } : {}
}
