import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkEnvFile, readEnvVariable, setEnvVariable } from '../../src/config/env-file.ts'

const NAME = 'AIRCALL_WEBHOOK_TOKEN'

function useFile(text: string | null): { path: string; dir: string; read: () => string } {
  const dir = mkdtempSync(join(tmpdir(), 'aircall-sync-env-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, '.env')
  if (text !== null) writeFileSync(path, text)
  return { path, dir, read: () => readFileSync(path, 'utf8') }
}

describe('setEnvVariable', () => {
  it.each([
    [null, 'AIRCALL_WEBHOOK_TOKEN=new\n'],
    ['', 'AIRCALL_WEBHOOK_TOKEN=new\n'],
    ['A=1\n# a note\n', 'A=1\n# a note\nAIRCALL_WEBHOOK_TOKEN=new\n'],
    ['A=1', 'A=1\nAIRCALL_WEBHOOK_TOKEN=new\n'],
    ['AIRCALL_WEBHOOK_TOKEN=old\nB=2\n', 'AIRCALL_WEBHOOK_TOKEN=new\nB=2\n'],
    ['A=1\r\nexport AIRCALL_WEBHOOK_TOKEN = "old"\r\nB=2\r\n', 'A=1\r\nAIRCALL_WEBHOOK_TOKEN=new\r\nB=2\r\n'],
    ['AIRCALL_WEBHOOK_TOKEN=1\nA=1\nAIRCALL_WEBHOOK_TOKEN=2\n', 'AIRCALL_WEBHOOK_TOKEN=new\nA=1\n'],
    ['\uFEFFAIRCALL_WEBHOOK_TOKEN=old\nA=1\n', '\uFEFFAIRCALL_WEBHOOK_TOKEN=new\nA=1\n'],
    [
      'MY_AIRCALL_WEBHOOK_TOKEN=x\n#AIRCALL_WEBHOOK_TOKEN=y\n',
      'MY_AIRCALL_WEBHOOK_TOKEN=x\n#AIRCALL_WEBHOOK_TOKEN=y\nAIRCALL_WEBHOOK_TOKEN=new\n',
    ],
  ])('makes of %j the line, and keeps the others', (before, after) => {
    const file = useFile(before)
    setEnvVariable(file.path, NAME, 'new')
    expect(file.read()).toBe(after)
    expect(readEnvVariable(file.path, NAME)).toBe('new')
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
    expect(readdirSync(file.dir)).toEqual(['.env'])
  })

  it('takes the line out', () => {
    const file = useFile('A=1\nAIRCALL_WEBHOOK_TOKEN=old\nB=2\n')
    setEnvVariable(file.path, NAME, null)
    expect(file.read()).toBe('A=1\nB=2\n')
    setEnvVariable(join(file.dir, 'none'), NAME, null)
    expect(readdirSync(file.dir)).toEqual(['.env'])
  })

  it('changes what a link leads to, and leaves the link', () => {
    const file = useFile('A=1\n')
    const link = join(file.dir, 'link.env')
    symlinkSync(file.path, link)
    setEnvVariable(link, NAME, 'new')
    expect(file.read()).toContain('=new')
    expect(statSync(link).ino).toBe(statSync(file.path).ino)
  })

  it('refuses a value or a file that would be read back as something else, and changes nothing', () => {
    const file = useFile('A="first\nAIRCALL_WEBHOOK_TOKEN=inside of a text\nlast"\n')
    const before = file.read()
    expect(() => setEnvVariable(file.path, NAME, 'new')).toThrow(
      expect.objectContaining({ code: 'ENV_FILE_UNWRITABLE' }),
    )
    expect(file.read()).toBe(before)
    const other = useFile('A=1\n')
    for (const value of ['a # b', 'a\nB=1', '"quoted"', ' spaced ']) {
      expect(() => setEnvVariable(other.path, NAME, value)).toThrow(expect.objectContaining({ exitCode: 7 }))
    }
    expect(other.read()).toBe('A=1\n')
  })

  it('changes no other variable of any file', () => {
    const line = fc.oneof(
      fc
        .tuple(fc.constantFrom('A', 'B', NAME, `X${NAME}`), fc.stringMatching(/^[a-z0-9 "'#=]{0,12}$/))
        .map(([name, value]) => `${name}=${value}`),
      fc.constantFrom('', '# note', `# ${NAME}=x`, `export ${NAME}=y`, '"', 'A="', "'"),
    )
    const file = useFile('')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), (lines, newline) => {
        const before = lines.join(newline)
        writeFileSync(file.path, before)
        try {
          setEnvVariable(file.path, NAME, 'new-token-of-more-than-16')
        } catch {
          expect(file.read()).toBe(before)
          return
        }
        const { [NAME]: _old, ...others } = parseEnv(before)
        expect(parseEnv(file.read())).toEqual({ ...others, [NAME]: 'new-token-of-more-than-16' })
      }),
    )
  })
})

describe('checkEnvFile', () => {
  it('says before anything is made that the file cannot be written', () => {
    const file = useFile('A=1\n')
    expect(() => checkEnvFile(file.path)).not.toThrow()
    expect(() => checkEnvFile(join(file.dir, 'new.env'))).not.toThrow()
    expect(() => checkEnvFile(join(file.dir, 'no-folder', '.env'))).toThrow(
      expect.objectContaining({ code: 'ENV_FILE_UNWRITABLE', exitCode: 7 }),
    )
    expect(() => checkEnvFile(file.dir)).toThrow(expect.objectContaining({ exitCode: 7 }))
  })

  it.skipIf(process.getuid?.() === 0)('refuses a folder that is read-only', () => {
    const file = useFile('A=1\n')
    chmodSync(file.dir, 0o500)
    expect(() => checkEnvFile(file.path)).toThrow(expect.objectContaining({ code: 'ENV_FILE_UNWRITABLE' }))
    chmodSync(file.dir, 0o700)
  })
})
