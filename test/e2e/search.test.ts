import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { parseTranscription } from '../../src/sandbox/transcription.ts'
import { runCommand, useWorkplace } from '../support/command.ts'

it('asks where transcripts can be, says what it assumed and why, and lets the nights find out', async () => {
  const nowMs = Date.now()
  const sandbox = await startSandbox({
    calls: 1200,
    endUsers: 150,
    days: 60,
    nowMs,
    aircallRpm: null,
    planhatRpm: null,
    switches: { matureCalls: false },
    transcription: parseTranscription('1:20d,3:20d', nowMs),
  })
  sandbox.aircall.ripen()
  try {
    const place = useWorkplace(sandbox.env)
    expect((await place.run('index', 'pull')).exitCode).toBe(0)
    const plan = await place.run('backfill', '--since', '61d', '--dry-run')
    expect(plan.exitCode).toBe(0)
    expect(plan.stdout).toMatch(/assumed to have none +\d+/)
    const { transcripts, files } = JSON.parse(
      (await place.run('backfill', '--since', '61d', '--dry-run', '--json')).stdout,
    )
    expect(transcripts.assumed).toBeGreaterThan(100)
    expect(transcripts.eligible).toBe(
      transcripts.ready + transcripts.pending + transcripts.none + transcripts.denied + transcripts.assumed,
    )
    expect(transcripts.assumedBecause[0]).toMatch(/none of the \d+ calls asked between/)
    expect(readFileSync(files.report, 'utf8')).toContain('Assumed to have none')
    await place.run('reconcile', '--since', '1d')
    const all = await place.run('backfill', '--since', '61d', '--dry-run', '--all-transcripts', '--json')
    expect(JSON.parse(all.stdout).transcripts).toMatchObject({ assumed: 0, ready: transcripts.ready })
  } finally {
    await sandbox.stop()
  }
}, 240_000)

it('refuses a transcription that it cannot read', async () => {
  const { exitCode, stderr } = await runCommand(['sandbox', '--transcription', 'main:20'], { cwd: tmpdir() })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('is not LINE:AGE, such as 1:20d')
})
