import { Parser } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import { allowFlag } from '../../src/cli/flags.ts'
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
