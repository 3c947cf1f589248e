import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { captureOutput } from '@oclif/test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ask } from '../../src/cli/ask.ts'
import { initQuestions, presetAnswers } from '../../src/cli/init-questions.ts'
import ConfigShow from '../../src/commands/config/show.ts'
import Init from '../../src/commands/init.ts'

const root = new URL('../..', import.meta.url).pathname
let folder: string
let config: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aircall-sync-init-'))
  config = join(folder, 'c.json')
  vi.stubEnv('NODE_ENV', 'production')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
  process.exitCode = undefined
  vi.unstubAllEnvs()
})

const init = (...argv: string[]) => captureOutput(() => Init.run(['--config', config, ...argv], { root }))
const show = (...argv: string[]) =>
  captureOutput(() => ConfigShow.run(['--config', config, ...argv], { root }))
const written = () => JSON.parse(readFileSync(config, 'utf8'))

describe('init', () => {
  it('writes what the flags say and points to .env for the secrets', async () => {
    const { stdout } = await init(
      '--yes',
      '--default-country',
      'fr',
      '--timezone',
      'Europe/Paris',
      '--records',
      'merged',
    )
    expect(written()).toEqual({
      defaultCountry: 'FR',
      timezone: 'Europe/Paris',
      conversation: { type: 'Cold Call', records: 'merged', recordingField: 'Call Recording' },
    })
    expect(stdout).toContain('PLANHAT_API_TOKEN=...')
    expect(stdout).toContain('aircall-sync doctor')
  })

  it('keeps a configuration that is there', async () => {
    writeFileSync(config, '{"timezone":"UTC"}')
    const { stderr } = await init('--yes')
    expect(process.exitCode).toBe(2)
    expect(stderr).toContain('Code: CONFIG_EXISTS')
    expect(written()).toEqual({ timezone: 'UTC' })
  })

  it('replaces it with --overwrite, but never the profiles in it', async () => {
    writeFileSync(config, '{"timezone":"Asia/Tokyo","profiles":{"acme":{"timezone":"UTC"}}}')
    await init('--yes', '--overwrite', '--timezone', 'UTC')
    expect(written()).toMatchObject({ timezone: 'UTC', profiles: { acme: { timezone: 'UTC' } } })
  })

  it('takes what is there for its defaults, and leaves what it does not ask about', async () => {
    const held = {
      timezone: 'Asia/Tokyo',
      phoneFields: ['phone', 'custom.Mobile'],
      conversation: { type: 'Call' },
    }
    writeFileSync(config, JSON.stringify({ ...held, profiles: { acme: { timezone: 'UTC' } } }))
    await init('--yes', '--overwrite', '--default-country', 'FR')
    expect(written()).toMatchObject({
      ...held,
      defaultCountry: 'FR',
      profiles: { acme: { timezone: 'UTC' } },
    })
    await init('--yes', '--overwrite', '--profile', 'acme', '--default-country', 'DE')
    expect(written().profiles.acme).toMatchObject({
      timezone: 'UTC',
      defaultCountry: 'DE',
      conversation: { type: 'Call' },
    })
  })

  it('writes the section of a profile beside the rest', async () => {
    writeFileSync(config, '{"timezone":"Asia/Tokyo"}')
    await init('--yes', '--profile', 'acme', '--timezone', 'UTC')
    expect(written()).toMatchObject({ timezone: 'Asia/Tokyo', profiles: { acme: { timezone: 'UTC' } } })
  })

  it('writes nothing that would be refused later', async () => {
    const { stderr } = await init('--yes', '--timezone', 'Mars/Olympus')
    expect(process.exitCode).toBe(7)
    expect(stderr).toContain('timezone: not a time zone')
    expect(() => written()).toThrow('ENOENT')
  })

  it('says what it wrote under --json', async () => {
    const { stdout } = await init('--json', '--timezone', 'UTC')
    expect(JSON.parse(stdout)).toMatchObject({ path: config, config: { timezone: 'UTC' } })
  })
})

describe('config show', () => {
  it('prints value and origin of everything, and no secret', async () => {
    writeFileSync(config, '{"guards":{"maxDeletes":3},"match":{"ownNumbers":["+12025550143"]}}')
    vi.stubEnv('PLANHAT_API_TOKEN', 'very-secret')
    const { stdout } = await show()
    expect(stdout).toMatch(/guards\.maxDeletes +file +3/)
    expect(stdout).toMatch(/guards\.maxChanges +default +-/)
    expect(stdout).toMatch(/PLANHAT_API_TOKEN +environment +\[hidden\]/)
    expect(stdout).not.toContain('very-secret')
    expect(stdout).not.toContain('2025550143')
  })

  it('is data under --json', async () => {
    writeFileSync(config, '{}')
    const { stdout } = await show('--json', '--profile', 'acme')
    const { settings } = JSON.parse(stdout)
    expect(settings).toContainEqual({ key: 'profile', value: 'acme', source: 'flag' })
    expect(settings).toContainEqual({ key: 'limits.aircallPerMinute', value: 60, source: 'default' })
  })
})

describe('asking', () => {
  it('takes the preset for an empty answer and asks again after a wrong one', async () => {
    const input = new PassThrough()
    const output = new PassThrough()
    const presets = presetAnswers({ timezone: 'UTC' })
    const answers = ask(initQuestions(presets), { input, output }, new AbortController().signal)
    const typed = ['FR', 'Mars/Olympus', 'Europe/Paris', '', '', '']
    output.on('data', (chunk) => {
      if (String(chunk).endsWith('] ')) input.write(`${typed.shift()}\n`)
    })
    expect(await answers).toEqual({ ...presets, defaultCountry: 'FR', timezone: 'Europe/Paris' })
    expect(typed).toEqual([])
  })
})
