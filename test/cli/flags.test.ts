import { Parser } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import { allowFlag, filledFlag } from '../../src/cli/flags.ts'
import { GUARD_NAMES } from '../../src/plan/guard.ts'

const parse = (...argv: string[]) => Parser.parse(argv, { flags: { allow: allowFlag } })

describe('--allow', () => {
  it('takes every guard by its name, several times', async () => {
    const argv = GUARD_NAMES.flatMap((name) => ['--allow', name])
    expect((await parse(...argv)).flags.allow).toEqual([...GUARD_NAMES])
  })

  it('refuses a name that no guard has, instead of passing none in silence', async () => {
    await expect(parse('--allow', 'one-enduser')).rejects.toThrow(/to be one of: max-changes, one-end-user/)
  })
})

describe('a flag that has to say something', () => {
  const number = filledFlag({ helpValue: 'DIGITS', description: 'a line', pattern: /\d/ })
  const read = (text: string) => Parser.parse(['--number', text], { flags: { number } })

  it('takes what has it, and refuses an empty variable and what can be none', async () => {
    expect((await read('+1 202-555-0100')).flags.number).toBe('+1 202-555-0100')
    await expect(read('')).rejects.toThrow(/Expected DIGITS but received: nothing/)
    await expect(read('Support')).rejects.toThrow(/Expected DIGITS but received: Support/)
  })
})
