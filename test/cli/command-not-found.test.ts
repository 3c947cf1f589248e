import { captureOutput } from '@oclif/test'
import { afterEach, expect, it } from 'vitest'
import { describeUnknownCommand, hook } from '../../src/cli/command-not-found.ts'

afterEach(() => {
  process.exitCode = undefined
})

const known = ['backfill', 'reconcile', 'config show']

it('names the nearest command', () => {
  expect(describeUnknownCommand('bacfill', known).suggestions).toEqual([
    'aircall-sync backfill',
    'aircall-sync --help',
  ])
  expect(describeUnknownCommand('config shwo', known).suggestions[0]).toBe('aircall-sync config show')
  expect(describeUnknownCommand('zzzzzzzz', known).suggestions).toEqual(['aircall-sync --help'])
})

it('says of a command that takes no argument that it takes none', () => {
  expect(describeUnknownCommand('config show https //calls.example.com', known)).toMatchObject({
    message: 'aircall-sync config show takes flags, and nothing that stands without one.',
    suggestions: ['aircall-sync config show --help'],
  })
})

it.each([['--json'], []])('ends with exit code 2, and in JSON when that was asked for', async (...argv) => {
  const config = { commandIDs: ['config:show'] }
  const run = () => hook.call({} as never, { id: 'config:shwo', argv, config, context: {} } as never)
  const { stdout, stderr } = await captureOutput(async () => run())
  expect(process.exitCode).toBe(2)
  if (argv.length === 0) expect(stderr).toContain('Try this: aircall-sync config show')
  else expect(JSON.parse(stdout).error).toMatchObject({ code: 'USAGE', exitCode: 2 })
})
