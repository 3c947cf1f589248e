import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../docs/pages.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aircall-sync-ci-test-'))
  mkdirSync(join(folder, '.ci/stages'), { recursive: true })
  for (const file of ['run', 'count-tests.js'])
    copyFileSync(join(root, '.ci', file), join(folder, '.ci', file))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function stage(name: string, script: string): void {
  writeFileSync(join(folder, '.ci/stages', `${name}.sh`), script)
}

function run(...names: string[]) {
  const done = spawnSync('bash', ['.ci/run', ...names], { cwd: folder, encoding: 'utf8' })
  return { status: done.status, lines: done.stdout.trimEnd().split('\n') }
}

describe('.ci/run', () => {
  it('counts a stage as one, and takes the counts that a stage gives itself', () => {
    stage('10-one', 'echo fine')
    stage('20-many', 'echo "12 passed, 0 failed"')
    const { status, lines } = run()
    expect(lines.at(-1)).toBe('13 passed, 0 failed')
    expect(status).toBe(0)
  })

  it('ends badly with the sum as its last line when anything failed, and shows why', () => {
    stage('10-broken', 'echo the reason; exit 3')
    stage('20-some', 'echo "4 passed, 2 failed"; exit 1')
    stage('30-fine', 'true')
    const { status, lines } = run()
    expect(lines.at(-1)).toBe('5 passed, 3 failed')
    expect(lines).toContain('    the reason')
    expect(status).toBe(1)
  })

  it('believes a bad end more than a good count', () => {
    stage('10-liar', 'echo "7 passed, 0 failed"; exit 1')
    expect(run().lines.at(-1)).toBe('7 passed, 1 failed')
  })

  it('runs the stages that are named, and refuses a name that is none', () => {
    stage('10-one', 'true')
    stage('20-two', 'exit 1')
    expect(run('one')).toMatchObject({ status: 0 })
    expect(run('three')).toMatchObject({ status: 2, lines: ['0 passed, 1 failed'] })
  })

  it('gives a stage no stdin, and leaves nothing running', () => {
    const pidFile = join(folder, 'pid')
    stage('10-leaves', `cat; sleep 300 & echo $! >${pidFile}`)
    expect(run().lines.at(-1)).toBe('1 passed, 0 failed')
    const pid = Number(readFileSync(pidFile, 'utf8'))
    const state = existsSync(`/proc/${pid}/stat`)
      ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2]
      : 'gone'
    expect(['gone', 'Z', 'X']).toContain(state)
  })

  it('refuses to empty the target of a linked node_modules', () => {
    stage('10-one', 'true')
    symlinkSync(tmpdir(), join(folder, 'node_modules'))
    expect(run()).toMatchObject({ status: 1, lines: ['0 passed, 1 failed'] })
  })
})

describe('.ci/count-tests.js', () => {
  function count(report: object | null, status: number): string[] {
    const file = join(folder, 'report.json')
    rmSync(file, { force: true })
    if (report !== null) writeFileSync(file, JSON.stringify(report))
    const done = spawnSync(process.execPath, ['.ci/count-tests.js', file, String(status)], {
      cwd: folder,
      encoding: 'utf8',
    })
    return done.stdout.trim().split('\n')
  }
  const test = (status: string) => ({ status, title: status, fullName: `a ${status} test` })

  it('counts tests, and names those that were left out', () => {
    const suite = { status: 'passed', assertionResults: [test('passed'), test('passed'), test('skipped')] }
    expect(count({ testResults: [suite] }, 0)).toEqual([
      '# 1 left out here:',
      '#   a skipped test',
      '2 passed, 0 failed',
    ])
  })

  it('counts a file that could not be loaded, and a bad end that no test explains', () => {
    const fine = { status: 'passed', assertionResults: [test('passed')] }
    expect(count({ testResults: [fine, { status: 'failed', assertionResults: [] }] }, 1).at(-1)).toBe(
      '1 passed, 1 failed',
    )
    expect(count({ testResults: [fine] }, 1).at(-1)).toBe('1 passed, 1 failed')
    expect(count(null, 1).at(-1)).toBe('0 passed, 1 failed')
    expect(count({ testResults: [] }, 0).at(-1)).toBe('0 passed, 1 failed')
  })
})
