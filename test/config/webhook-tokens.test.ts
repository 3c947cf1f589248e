import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadSettings } from '../../src/config/settings.ts'
import { requireTokens, rereadWebhookSettings, splitTokens } from '../../src/config/webhook-tokens.ts'

const [A, B] = ['a-token-of-more-than-16', 'b-token-of-more-than-16']
const variable = 'AIRCALL_WEBHOOK_TOKEN'
const check = (text: string | null) =>
  requireTokens({ tokens: splitTokens(text), variable }).map((one) => one.reveal())

describe('the tokens in force', () => {
  it('are one, or two while one takes the place of the other', () => {
    expect(check(A)).toEqual([A])
    expect(check(`${A}, ${B}`)).toEqual([A, B])
  })

  it.each([null, '', ',', `${A},`, `,${A}`, `${A},,${B}`, 'short', `${A},short`, `${A},${B},${A}x`])(
    'are not %j',
    (text) => {
      expect(() => check(text)).toThrow(expect.objectContaining({ code: 'WEBHOOK_TOKEN', exitCode: 7 }))
    },
  )

  it('are named in no error', () => {
    expect(() => check(`${A},short-secret`)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('short-secret') }),
    )
  })
})

describe('where the token comes from', () => {
  function settings(env: Record<string, string>, dotEnv = '', profile?: string) {
    const cwd = mkdtempSync(join(tmpdir(), 'aircall-sync-tokens-'))
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
    writeFileSync(join(cwd, '.env'), dotEnv, { mode: 0o600 })
    const { webhook } = loadSettings({ flags: { profile, 'state-dir': join(cwd, 'state') }, env, cwd })
    return { ...webhook, tokens: webhook.tokens.map((token) => token.reveal()) }
  }

  it('is the environment, else the env file', () => {
    expect(settings({}, `${variable}=${A}\n`)).toEqual({ tokens: [A], variable, isInEnvironment: false })
    expect(settings({ [variable]: B }, `${variable}=${A}\n`)).toEqual({
      tokens: [B],
      variable,
      isInEnvironment: true,
    })
    expect(settings({})).toEqual({ tokens: [], variable, isInEnvironment: false })
  })

  it('is taken up from a changed env file while a process goes on, unless the environment says it', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'aircall-sync-tokens-'))
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
    const dotEnv = join(cwd, '.env')
    const read = (own: Record<string, string>) =>
      rereadWebhookSettings({ own, dotEnv, profile: null }).tokens.map((token) => token.reveal())
    writeFileSync(dotEnv, `${variable}=${A}\n`, { mode: 0o600 })
    expect(read({})).toEqual([A])
    writeFileSync(dotEnv, `${variable}=${A},${B}\n`)
    expect(read({})).toEqual([A, B])
    expect(read({ [variable]: B })).toEqual([B])
    chmodSync(dotEnv, 0o666)
    expect(() => read({})).toThrow(expect.objectContaining({ code: 'FILE_UNTRUSTED', exitCode: 7 }))
  })

  it('is the variable of a profile that has variables of its own', () => {
    const own = { ACME_AIRCALL_API_ID: 'x', ACME_AIRCALL_API_TOKEN: 'y', ACME_PLANHAT_API_TOKEN: 'z' }
    expect(settings({ ...own, [`ACME_${variable}`]: B }, '', 'acme')).toEqual({
      tokens: [B],
      variable: `ACME_${variable}`,
      isInEnvironment: true,
    })
    expect(settings({}, '', 'acme').variable).toBe(variable)
  })
})
