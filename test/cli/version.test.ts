import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const say = (...args: readonly string[]) =>
  execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' })

it('answers --version alone with the same bytes as oclif, which answers it with a word behind', () => {
  expect(say('--version')).toBe(say('--version', 'please'))
  expect(say('--version')).toMatch(/^aircall-sync\/\d+\.\d+\.\d+ \S+-\S+ node-v\d+\.\d+\.\d+\n$/)
})
