import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openTokens } from '../../../src/pipeline/listen/tokens.ts'

const NAME = 'AIRCALL_WEBHOOK_TOKEN'
const OLD = 'the-old-token-of-the-webhook'
const NEW = 'the-new-token-of-the-webhook'

function useEnvFile(own: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-tokens-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const envFile = join(folder, '.env')
  const said: string[] = []
  const log = { info: (text: string) => said.push(text), warn: (code: string) => said.push(code) }
  const write = (text: string, mode = 0o600) => writeFileSync(envFile, text, { mode })
  const open = () => openTokens({ settings: { profile: null }, log } as never, { envFile, own })
  return { said, write, open }
}

it('takes up a token that was changed in the env file, both while one is being replaced', () => {
  const { write, open, said } = useEnvFile()
  write(`${NAME}=${OLD}\n`)
  const tokens = open()
  expect([OLD, NEW, '', undefined].map(tokens.isToken)).toEqual([true, false, false, false])
  write(`${NAME}=${OLD},${NEW}\n`)
  tokens.refresh()
  expect([OLD, NEW].map(tokens.isToken)).toEqual([true, true])
  write(`${NAME}=${NEW}\n`)
  tokens.refresh()
  expect([OLD, NEW].map(tokens.isToken)).toEqual([false, true])
  expect(said.join()).not.toContain(NEW)
})

it('keeps what is in force where the file cannot be used, and says so once', () => {
  const { write, open, said } = useEnvFile()
  write(`${NAME}=${OLD}\n`)
  const tokens = open()
  for (const bad of ['', `${NAME}=short\n`, `${NAME}=short\n`]) {
    write(bad)
    tokens.refresh()
  }
  expect(tokens.isToken(OLD)).toBe(true)
  expect(said).toEqual(['WEBHOOK_TOKEN', 'WEBHOOK_TOKEN'])
})

it('lets the environment itself win, and says so where the file says something else', () => {
  const { write, open, said } = useEnvFile({ [NAME]: OLD })
  write(`${NAME}=${NEW}\n`)
  const tokens = open()
  tokens.refresh()
  expect([OLD, NEW].map(tokens.isToken)).toEqual([true, false])
  expect(said).toEqual(['WEBHOOK_ENVIRONMENT'])
})

it('begins with none, too many or an empty one by exit code 7', () => {
  const { write, open } = useEnvFile()
  for (const value of ['', `${OLD},`, `${OLD},${NEW},${OLD}`]) {
    write(`${NAME}=${value}\n`)
    expect(open).toThrow(expect.objectContaining({ code: 'WEBHOOK_TOKEN', exitCode: 7 }))
  }
})
