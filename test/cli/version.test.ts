import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const say = (...args: readonly string[]) =>
  execFileSync(process.execPath, [at('bin/run.js'), ...args], { encoding: 'utf8' })

it('answers --version with its own version, the machine and the runtime, as oclif does with a word behind it', () => {
  const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { version: string }
  const runtime = `${process.platform}-${process.arch} node-${process.version}`
  expect(say('--version')).toBe(`aircall-sync/${version} ${runtime}\n`)
  expect(say('--version', 'please')).toContain(`aircall-sync/${version} `)
})
