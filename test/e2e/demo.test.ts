import { existsSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { runCommand, useWorkplace } from '../support/command.ts'
import { summaryShape } from './shapes.ts'

it('the demo walks the journey in a pipe: no colour, 80 columns, and its files are there', async () => {
  const place = useWorkplace()
  const env = { ...place.env, TMPDIR: place.folder }
  const { exitCode, stdout, stderr } = await runCommand(['demo'], { cwd: place.folder, env })
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  expect(stdout).toBe(stripVTControlCharacters(stdout))
  const wide = stdout.split('\n').filter((line) => line.length > 80 && !line.includes(place.folder))
  expect(wide).toEqual([])
  expect(stdout.match(/^Step \d\./gm)).toEqual([1, 2, 3, 4, 5, 6, 7].map((step) => `Step ${step}.`))
  expect(stdout).toMatch(/Step 7[\s\S]*in Planhat after\s+\d+\.\d s, its\s+transcript after\s+\d+\.\d s/)
  expect(stdout).toMatch(/Step 5[\s\S]*0 Conversations created, 0\s+updated, 0\s+failed/)
  const files = stdout.slice(stdout.indexOf('Look at')).match(/^ {2}\S+$/gm) ?? []
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) expect(existsSync(file.trim())).toBe(true)
})

it('the demo gives its results to a script', async () => {
  const place = useWorkplace({ TMPDIR: '' })
  const env = { ...place.env, TMPDIR: place.folder }
  const { stdout } = await runCommand(['demo', '--json'], { cwd: place.folder, env })
  const { runs } = JSON.parse(stdout) as { runs: unknown[] }
  const [plan, applied, again] = runs.map((run) => summaryShape.parse(run))
  expect(plan?.applied).toBeUndefined()
  expect(applied?.applied?.created).toBe(plan?.records.create)
  expect(again?.applied).toMatchObject({ created: 0, updated: 0, failed: 0 })
  expect(again?.requests.planhat.writes).toBe(0)
})
