import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_CONFIG } from '../../src/config/defaults.ts'
import { parseConfigText } from '../../src/config/file.ts'
import { locateJsonProblem } from '../../src/config/json.ts'
import { buildJsonSchema } from '../../src/config/json-schema.ts'
import { flatten, overlay } from '../../src/config/merge.ts'
import { hideSecrets, Secret } from '../../src/config/secret.ts'
import { platformStateDir } from '../../src/config/state-dir.ts'
import { SyncError } from '../../src/errors.ts'

describe('the shipped JSON Schema', () => {
  const shipped = new URL('../../schema/aircall-sync.config.schema.json', import.meta.url)

  it('is current; `npm run schema` writes it', () => {
    expect(JSON.parse(readFileSync(shipped, 'utf8'))).toEqual(buildJsonSchema())
  })

  it('offers every default to the editor', () => {
    const text = JSON.stringify(buildJsonSchema())
    expect(text).toContain('"default":"Cold Call"')
    expect(text).toContain('"additionalProperties":false')
  })
})

it('takes its own defaults as a file', () => {
  expect(parseConfigText(JSON.stringify(DEFAULT_CONFIG), 'x')).toEqual(DEFAULT_CONFIG)
})

it('takes an insight that is named twice once', () => {
  const config = { conversation: { content: { insights: ['topics', 'summary', 'topics'] } } }
  const read = parseConfigText(JSON.stringify(config), 'x')
  expect(read).toMatchObject({ conversation: { content: { insights: ['topics', 'summary'] } } })
})

describe('locateJsonProblem', () => {
  it('finds nothing in any JSON, however it is laid out', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(4), (text, indent) => {
        expect(locateJsonProblem(text)).toBeNull()
        expect(locateJsonProblem(JSON.stringify(JSON.parse(text), null, indent))).toBeNull()
      }),
    )
  })

  it('finds a place in every text that is no JSON', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom(',', '}', ']', '"', ':', 'x', '{'),
        (text, at, junk) => {
          const cut = at % (text.length + 1)
          const broken = text.slice(0, cut) + junk + text.slice(cut)
          fc.pre(!isJson(broken))
          expect(locateJsonProblem(broken)).toMatchObject({ line: 1, column: expect.any(Number) })
        },
      ),
    )
  })
})

it('never answers a strange file with anything but CONFIG_INVALID', () => {
  const keys = [
    'timezone',
    'guards',
    'profiles',
    'conversation',
    'redact',
    '__proto__',
    'constructor',
    '$schema',
  ]
  const strange = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue())
  fc.assert(
    fc.property(strange, (file) => {
      try {
        parseConfigText(JSON.stringify(file), 'x')
      } catch (error) {
        expect(error).toBeInstanceOf(SyncError)
        expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      }
    }),
  )
})

it('overlays without touching either layer', () => {
  const below = { a: { b: 1, c: [1] } }
  expect(overlay(below, { a: { c: [2], d: undefined } })).toEqual({ a: { b: 1, c: [2] } })
  expect(below).toEqual({ a: { b: 1, c: [1] } })
  expect(flatten({ a: { b: 1 }, c: {}, d: [1] })).toEqual([
    ['a.b', 1],
    ['c', {}],
    ['d', [1]],
  ])
})

it('hides a secret also in base64 and in a URL', () => {
  const secret = new Secret('p@ss word')
  const text = `a p@ss word b ${Buffer.from('p@ss word').toString('base64')} c p%40ss%20word`
  expect(hideSecrets(text, [secret])).not.toMatch(/p@ss|p%40ss|cEBzcyB3b3Jk/)
})

it('asks for a folder where the user has no home, and for a home only where it needs one', () => {
  const none = () => '/nonexistent'
  expect(() => platformStateDir({}, 'linux', none)).toThrow(
    expect.objectContaining({ code: 'NO_HOME', exitCode: 7 }),
  )
  expect(platformStateDir({ XDG_STATE_HOME: '/x' }, 'linux', none)).toBe('/x/aircall-sync')
  expect(platformStateDir({ LOCALAPPDATA: '/y' }, 'win32', none)).toBe('/y/aircall-sync')
})

it('keeps state where each platform keeps it', () => {
  expect(platformStateDir({}, 'linux', () => '/home/ada')).toBe('/home/ada/.local/state/aircall-sync')
  expect(platformStateDir({ XDG_STATE_HOME: '/x' }, 'linux', () => '/home/ada')).toBe('/x/aircall-sync')
  expect(platformStateDir({ XDG_STATE_HOME: 'relative' }, 'linux', () => '/h')).toBe(
    '/h/.local/state/aircall-sync',
  )
  expect(platformStateDir({}, 'darwin', () => '/Users/ada')).toBe(
    '/Users/ada/Library/Application Support/aircall-sync',
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
