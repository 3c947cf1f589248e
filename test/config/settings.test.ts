import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_CONFIG } from '../../src/config/defaults.ts'
import { loadSettings, type Settings } from '../../src/config/settings.ts'
import { listSettings } from '../../src/config/show.ts'
import { SyncError } from '../../src/errors.ts'
import { distrustOf } from '../../src/files/trust.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'aircall-sync-config-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

interface Surroundings {
  flags?: Record<string, string>
  env?: Record<string, string>
  file?: unknown
  dotEnv?: string
}

function load({ flags = {}, env = {}, file, dotEnv }: Surroundings = {}): Settings {
  if (file !== undefined)
    write('aircall-sync.config.json', typeof file === 'string' ? file : JSON.stringify(file))
  if (dotEnv !== undefined) write('.env', dotEnv)
  return loadSettings({ flags, env, cwd })
}

function write(name: string, text: string): void {
  writeFileSync(join(cwd, name), text)
}

function failureOf(surroundings: Surroundings): SyncError {
  try {
    load(surroundings)
  } catch (error) {
    if (error instanceof SyncError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('layers', () => {
  it('is the contract without any file', () => {
    const settings = load()
    expect(settings.config).toEqual(DEFAULT_CONFIG)
    expect(settings.configPath).toBeNull()
    expect(settings.aircallBaseUrl).toBe('https://api.aircall.io')
    expect(settings.planhatBaseUrl).toBe('https://api.planhat.com')
    expect(settings.credentials).toEqual({ aircall: null, planhat: null })
  })

  it('lays the file over the defaults, key by key, and a list in place of a list', () => {
    const { config, sources } = load({ file: { phoneFields: ['phone'], guards: { maxDeletes: 5 } } })
    expect(config.phoneFields).toEqual(['phone'])
    expect(config.guards).toEqual({ ...DEFAULT_CONFIG.guards, maxDeletes: 5 })
    expect(sources).toMatchObject({
      phoneFields: 'file',
      'guards.maxDeletes': 'file',
      'guards.maxChanges': 'default',
    })
  })

  it('lays the section of a profile over the file', () => {
    const file = { timezone: 'Europe/Paris', profiles: { acme: { timezone: 'Asia/Tokyo' } } }
    expect(load({ file }).config.timezone).toBe('Europe/Paris')
    const acme = load({ file, flags: { profile: 'acme' } })
    expect(acme.config.timezone).toBe('Asia/Tokyo')
    expect(acme.sources['timezone']).toBe('profile')
  })

  it('takes .env, and the environment over it', () => {
    const dotEnv = 'AIRCALL_API_ID=one\nAIRCALL_API_TOKEN="two"\nPLANHAT_API_TOKEN=three\n'
    const { credentials } = load({ dotEnv, env: { PLANHAT_API_TOKEN: ' four \n' } })
    expect(credentials.aircall?.id.reveal()).toBe('one')
    expect(credentials.aircall?.token.reveal()).toBe('two')
    expect(credentials.planhat?.reveal()).toBe('four')
  })

  it('takes an empty variable for none', () => {
    const settings = load({
      dotEnv: 'PLANHAT_API_TOKEN=three',
      env: { PLANHAT_API_TOKEN: '', AIRCALL_BASE_URL: '' },
    })
    expect(settings.credentials.planhat?.reveal()).toBe('three')
    expect(settings.aircallBaseUrl).toBe('https://api.aircall.io')
  })

  it('reads a file with a byte order mark', () => {
    expect(load({ file: '\uFEFF{"timezone":"UTC"}' }).sources['timezone']).toBe('file')
  })
})

describe('profiles', () => {
  it('gives a profile credentials of its own by prefix', () => {
    const env = {
      PLANHAT_API_TOKEN: 'common',
      ACME_EU_AIRCALL_API_ID: 'id',
      ACME_EU_AIRCALL_API_TOKEN: 'token',
      ACME_EU_PLANHAT_API_TOKEN: 'own',
      AIRCALL_SYNC_PROFILE: 'acme-eu',
    }
    const settings = load({ env })
    expect(settings.profile).toBe('acme-eu')
    expect(settings.credentials.planhat?.reveal()).toBe('own')
  })

  it.each([
    [{ ACME_PLANHAT_API_TOKEN: 'own' }, 'ACME_AIRCALL_API_ID and ACME_AIRCALL_API_TOKEN'],
    [{ ACME_AIRCALL_API_ID: 'own', ACME_AIRCALL_API_TOKEN: 'own' }, 'ACME_PLANHAT_API_TOKEN'],
  ])(
    'refuses a profile with some credentials of its own, which would take the others of another tenant: %j',
    (own, missing) => {
      const others = { AIRCALL_API_ID: 'a', AIRCALL_API_TOKEN: 'b', PLANHAT_API_TOKEN: 'c' }
      const failure = failureOf({ env: { ...others, ...own }, flags: { profile: 'acme' } })
      expect(failure).toMatchObject({ code: 'PROFILE_CREDENTIALS', exitCode: 7 })
      expect(failure.suggestions[0]).toBe(`set ${missing} too`)
      expect(load({ env: others, flags: { profile: 'acme' } }).credentials.planhat?.reveal()).toBe('c')
    },
  )

  it.each([
    [{ profiles: { 'acme.eu': {}, 'acme-eu': {} } }, {}],
    [{ profiles: { Acme: {}, acme: {} } }, {}],
  ])('refuses names that give one prefix, whose credentials would be shared: %j', (file, flags) => {
    expect(failureOf({ file, flags })).toMatchObject({ code: 'PROFILE_PREFIX', exitCode: 7 })
  })

  it('gives a profile a state folder of its own', () => {
    const settings = load({ flags: { profile: 'acme', 'state-dir': 'state' } })
    expect(settings.stateDir).toBe(join(cwd, 'state', 'profiles', 'acme'))
  })

  it('refuses a name that the file does not know, so that a slip reaches nobody else', () => {
    const error = failureOf({ file: { profiles: { acme: {} } }, flags: { profile: 'acem' } })
    expect(error).toMatchObject({ code: 'PROFILE_UNKNOWN', exitCode: 7 })
    expect(error.suggestions[0]).toContain('--profile acme')
  })

  it.each(['..', '.', 'a/b', '', 'x'.repeat(65)])('never makes a path of %j', (profile) => {
    if (profile === '') expect(load({ flags: { profile } }).profile).toBeNull()
    else expect(failureOf({ flags: { profile } })).toMatchObject({ code: 'PROFILE_NAME', exitCode: 2 })
  })
})

describe('state folder', () => {
  it('takes the flag over the environment over the platform', () => {
    const env = { AIRCALL_SYNC_STATE_DIR: '/var/lib/sync', XDG_STATE_HOME: '/xdg' }
    expect(load({ env, flags: { 'state-dir': 'here' } })).toMatchObject({ stateDir: join(cwd, 'here') })
    expect(load({ env }).stateDir).toBe('/var/lib/sync')
    expect(load({ env }).sources['stateDir']).toBe('environment')
  })
})

describe.skipIf(process.getuid === undefined)('a file that decides where the credentials go', () => {
  it.each(['.env', 'aircall-sync.config.json'])('is not read where others can change it: %s', (name) => {
    const open = () => load({ dotEnv: 'AIRCALL_API_ID=one', file: {} })
    expect(open().envPath).toBe(join(cwd, '.env'))
    for (const mode of [0o666, 0o620, 0o602]) {
      chmodSync(join(cwd, name), mode)
      const failure = failureOf({})
      expect(failure).toMatchObject({ code: 'FILE_UNTRUSTED', exitCode: 7 })
      expect(failure.message).toContain(
        `${join(cwd, name)} can be written to by others (mode ${mode.toString(8)})`,
      )
    }
    chmodSync(join(cwd, name), 0o644)
    expect(open().configPath).toBe(join(cwd, 'aircall-sync.config.json'))
  })

  it('is read where somebody named it', () => {
    write('mine.json', '{}')
    chmodSync(join(cwd, 'mine.json'), 0o666)
    expect(load({ flags: { config: 'mine.json' } }).configPath).toBe(join(cwd, 'mine.json'))
  })

  it('is not read where it belongs to somebody else than this user and root', () => {
    const stats = { mode: 0o100644, uid: 1234 }
    expect(distrustOf(stats, 1000)).toBe('foreign')
    expect(distrustOf(stats, 0)).toBe('foreign')
    expect(distrustOf(stats, 1234)).toBeNull()
    expect(distrustOf({ ...stats, uid: 0 }, 1000)).toBeNull()
    expect(distrustOf({ ...stats, mode: 0o100664 }, 1234)).toBe('writable')
  })

  it.skipIf(process.getuid?.() !== 0)('is not read by root where another user made it', () => {
    write('.env', 'AIRCALL_API_ID=one')
    chownSync(join(cwd, '.env'), 12_345, 12_345)
    expect(failureOf({}).message).toContain('belongs to another user (uid 12345, mode 644)')
  })
})

describe('what is refused', () => {
  it('names an unknown key and the nearest one', () => {
    const error = failureOf({ file: { conversation: { recordingFeld: 'x' } } })
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 7 })
    expect(error.message).toContain('conversation.recordingFeld: unknown key; did you mean "recordingField"?')
  })

  it('finds the nearest key in another section', () => {
    const error = failureOf({ file: { maxDeletes: 3 } })
    expect(error.message).toContain('maxDeletes: unknown key; did you mean "guards.maxDeletes"?')
  })

  it('names an unknown key of a profile with its path', () => {
    const error = failureOf({ file: { profiles: { acme: { guards: { maxDelete: 1 } } } } })
    expect(error.message).toContain('profiles.acme.guards.maxDelete: unknown key; did you mean "maxDeletes"?')
  })

  it.each([
    [{ timezone: 'Mars/Olympus' }, 'timezone: '],
    [{ defaultCountry: 'XX' }, 'defaultCountry: '],
    [{ defaultCountry: 'us' }, 'defaultCountry: '],
    [{ limits: { aircallPerMinute: 0 } }, 'limits.aircallPerMinute: '],
    [{ guards: { maxShareOfOneEndUser: 2 } }, 'guards.maxShareOfOneEndUser: '],
    [
      { conversation: { externalId: { call: 'same-for-all' } } },
      'conversation.externalId.call: must hold {callId}',
    ],
    [{ transcripts: { redact: [{ name: 'x', pattern: '(' }] } }, 'transcripts.redact.0'],
    [{ conversation: { customFields: { Way: 'sideways' } } }, 'conversation.customFields.Way: '],
    [
      { conversation: { customFields: { Gist: 'summary' }, content: { insights: ['topics'] } } },
      'conversation.customFields.Gist: "summary" is not in conversation.content.insights',
    ],
    [
      { conversation: { content: { insights: ['mood'] } } },
      'conversation.content.insights.0: expected one of',
    ],
    [{ planhat: { strategy: 'hope' } }, 'planhat.strategy: expected one of auto, bulk, resolve, single'],
  ])('names the path of a wrong value, never the value: %j', (file, said) => {
    const { message } = failureOf({ file })
    expect(message).toContain(said)
    expect(message).not.toMatch(/Mars|XX|same-for-all|sideways|hope/)
  })

  it.each([
    ['{"a" 1}', 'line 1, column 6: expected a colon'],
    [
      '{\n  "timezone": "UTC",\n}',
      'line 3, column 1: expected a key in double quotes (no comma after the last',
    ],
    ['{"timezone": secret}', 'line 1, column 14: expected a value'],
    ['{"timezone": "UTC" "x": 1}', 'line 1, column 20: expected a comma'],
    ['{"timezone": "UTC"', 'line 1, column 19: the file ends too early: expected a comma'],
    ['{} {}', 'line 1, column 4: expected nothing more'],
    ['', 'line 1, column 1: the file ends too early'],
    ['[1, ]', 'line 1, column 5: expected a value'],
  ])('says where %j stops being JSON', (file, said) => {
    const { message } = failureOf({ file })
    expect(message).toContain(said)
    expect(message).not.toContain('secret')
  })

  it.each([
    ['with a mark', Buffer.from('\ufeff{}', 'utf16le')],
    ['without one', Buffer.from('{"timezone":"UTC"}', 'utf16le')],
  ])('says that a file is UTF-16, %s', (_name, bytes) => {
    writeFileSync(join(cwd, 'wide.json'), bytes)
    const failure = failureOf({ flags: { config: 'wide.json' } })
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 7 })
    expect(failure.message).toContain('UTF-16')
  })

  it('refuses a file that is asked for and not there', () => {
    expect(failureOf({ flags: { config: 'other.json' } })).toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      exitCode: 7,
    })
  })

  it('refuses a folder in place of a file', () => {
    mkdirSync(join(cwd, 'folder'))
    expect(failureOf({ flags: { config: 'folder' } })).toMatchObject({
      code: 'CONFIG_UNREADABLE',
      exitCode: 7,
    })
  })
})

describe('the proxy', () => {
  it('is read from the environment in capital and small letters, with its exceptions', () => {
    expect(load().proxy).toBeNull()
    expect(load({ env: { HTTP_PROXY: 'http://proxy.example:3128' } }).proxy).toBeNull()
    const loud = load({ env: { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: '.intern.example' } })
    expect(loud.proxy?.url.reveal()).toBe('http://proxy.example:3128/')
    expect(loud.proxy?.except).toBe('.intern.example')
    const both = load({
      env: { HTTPS_PROXY: 'http://proxy.example:3128', https_proxy: 'small.example:8080' },
    })
    expect(both.proxy?.url.reveal()).toBe('http://small.example:8080/')
    expect(load({ dotEnv: 'HTTPS_PROXY=https://proxy.example' }).proxy?.url.reveal()).toBe(
      'https://proxy.example/',
    )
  })

  it('shows neither user nor password', () => {
    const settings = load({ env: { HTTPS_PROXY: 'http://ops:hush-91c@proxy.example:3128' } })
    const shown = JSON.stringify(listSettings(settings)) + JSON.stringify(settings) + inspect(settings)
    expect(shown).toContain('http://proxy.example:3128')
    expect(shown).not.toContain('hush-91c')
    expect(shown).not.toContain('ops')
  })

  it.each(['socks5://proxy.example:1080', 'http://', 'file:///etc/passwd'])('is refused as %s', (value) => {
    expect(failureOf({ env: { HTTPS_PROXY: value } })).toMatchObject({ code: 'PROXY_INVALID', exitCode: 7 })
  })
})

describe('base URLs', () => {
  it.each([
    ['http://127.0.0.1:8080/aircall/', 'http://127.0.0.1:8080/aircall'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:1/', 'http://[::1]:1'],
    ['https://proxy.example.com/x//', 'https://proxy.example.com/x'],
  ])('takes %s', (given, taken) => {
    expect(load({ env: { AIRCALL_BASE_URL: given } }).aircallBaseUrl).toBe(taken)
  })

  it.each([
    ['http://api.example.com', 'CONFIG_INSECURE_URL'],
    ['http://127.0.0.1.example.com', 'CONFIG_INSECURE_URL'],
    ['http://localhost.example.com', 'CONFIG_INSECURE_URL'],
    ['ftp://127.0.0.1', 'CONFIG_INVALID_URL'],
    ['nonsense', 'CONFIG_INVALID_URL'],
    ['https://user:hunter2@api.example.com', 'CONFIG_INVALID_URL'],
    ['https://api.example.com/?key=hunter2', 'CONFIG_INVALID_URL'],
  ])('refuses %s', (given, code) => {
    const error = failureOf({ env: { PLANHAT_BASE_URL: given } })
    expect(error).toMatchObject({ code, exitCode: 7 })
    expect(error.message).toContain('PLANHAT_BASE_URL')
    expect(error.message).not.toContain('hunter2')
  })
})

it('hides secrets however the settings are printed', () => {
  const settings = load({
    env: { AIRCALL_API_ID: 'id-secret', AIRCALL_API_TOKEN: 'token-secret', PLANHAT_API_TOKEN: 'p-secret' },
  })
  const printed = [
    JSON.stringify(settings),
    inspect(settings, { depth: 9 }),
    `${settings.credentials.planhat}`,
  ]
  expect(printed.join()).not.toContain('secret')
  expect(printed[0]).toContain('[hidden]')
})
