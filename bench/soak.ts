/**
 * The built command as life treats it: paced, with slow answers and faults, killed and stopped
 * at any moment, round after round. A round fails when a command stands still or breaks, when
 * Planhat holds a record twice, or when a comparison at its end still finds something to write.
 *
 * Each round has two parts: backfill and reconcile, then a listener with calls that come in
 * (support/listener.ts). `npm run soak -- [--rounds 10] [--seed 1]`: so many rounds, the first
 * drawn from this seed and each other from the next one. A failed round is drawn again by its
 * seed, and leaves its folder: configuration, state and inbox.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { createRandom, integerBetween, pickFrom } from '../src/sandbox/world/random.ts'
import { endureListening, type ListenWorld } from './support/listener.ts'
import { type Ending, runUnderWatch, type Stop } from './support/watch.ts'

const TRIES = 6
/** Records that are written one by one, each waiting for a slow answer: more of them meet nothing new. */
const MOST_ALONE = 60
const RANGE = ['--since', '61d']
const STRATEGIES = ['auto', 'auto', 'resolve', 'single']
const SIGNALS = ['SIGKILL', 'SIGINT'] as const

interface Round extends Omit<ListenWorld, 'run'> {
  run(args: readonly string[], stop?: Stop): Promise<Ending>
}

/** Answers slower than the spacing of the requests, and of each trouble enough to meet every repair. */
function drawFaults(random: () => number) {
  const share = (most: number) => integerBetween(0, most, random) / 100
  const rates = {
    slow: integerBetween(20, 90, random) / 100,
    '5xx': share(3),
    reset: share(2),
    lost: share(2),
    truncate: share(1),
  }
  return { rates: { ...rates, html: share(1) }, slowMs: integerBetween(20, 300, random) }
}

/** Slow enough that requests wait for their turn, fast enough for many rounds. */
function drawConfig(random: () => number) {
  const perMinute = integerBetween(1_000, 6_000, random)
  return {
    limits: { aircallPerMinute: perMinute, planhatPerMinute: perMinute },
    planhat: { strategy: pickFrom(STRATEGIES, random), batchItems: integerBetween(5, 200, random) },
    conversation: { records: pickFrom(['split', 'merged'], random) },
  }
}

/** @returns how long the listener's part took, in milliseconds. */
async function soak(seed: number): Promise<number> {
  const random = createRandom(seed)
  const faults = drawFaults(random)
  const config = drawConfig(random)
  const sandbox = await startSandbox({
    seed,
    calls: integerBetween(30, config.planhat.strategy === 'single' ? MOST_ALONE : 200, random),
    endUsers: integerBetween(20, 200, random),
    nowMs: Date.now(),
    aircallRpm: null,
    planhatRpm: null,
    faults,
  })
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-soak-'))
  writeFileSync(join(folder, 'aircall-sync.config.json'), JSON.stringify(config))
  const env = { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(folder, 'state') }
  const lastServed = () => sandbox.log.at(-1)
  try {
    const listenedMs = await endure({
      ...{ sandbox, random, folder, env, faults },
      run: (args, stop) => runUnderWatch(args, { folder, env, lastServed, stop }),
    })
    rmSync(folder, { recursive: true, force: true })
    return listenedMs
  } catch (error) {
    throw new Error(`${(error as Error).message} (${folder})`)
  } finally {
    await sandbox.stop()
  }
}

async function endure(round: Round): Promise<number> {
  const backfill = ['backfill', ...RANGE, '--apply']
  const reconcile = ['reconcile', ...RANGE, '--fix']
  await toTheEnd(round, ['index', 'pull'])
  await disturbed(round, ['backfill', '--since', `${integerBetween(5, 61, round.random)}d`, '--apply'])
  await disturbed(round, backfill)
  await toTheEnd(round, backfill)
  await disturbed(round, reconcile)
  await toTheEnd(round, reconcile)
  round.sandbox.faults.set({})
  await toTheEnd(round, reconcile)
  await expectNothingLeft(round, reconcile)
  // A call of the made-up world changes for 20 minutes after its end, without an event of the account's past.
  round.sandbox.switches.matureCalls = false
  await toTheEnd(round, reconcile)
  const sinceMs = performance.now()
  await endureListening(round)
  await expectNothingLeft(round, ['reconcile', ...RANGE])
  return performance.now() - sinceMs
}

/** Up to three times, each ended somewhere in the middle, as a closed lid or Ctrl-C does. */
async function disturbed({ random, run }: Round, args: readonly string[]): Promise<void> {
  for (let left = integerBetween(0, 3, random); left > 0; left -= 1)
    await run(args, { afterMs: integerBetween(100, 4_000, random), signal: pickFrom(SIGNALS, random) })
}

/**
 * Exit 5 says that running again continues, exit 3 that single records were
 * never answered; anything else is a defect.
 */
async function toTheEnd({ run }: Round, args: readonly string[]): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { exitCode, stderr } = await run(args)
    if (exitCode === 0) return
    if (exitCode !== 3 && exitCode !== 5)
      throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stderr.slice(-2_000)}`)
  }
  throw new Error(`${args.join(' ')} did not come to its end in ${TRIES} tries`)
}

async function expectNothingLeft({ sandbox, run }: Round, args: readonly string[]): Promise<void> {
  const { drift } = JSON.parse((await run([...args, '--json'])).stdout)
  const left = drift.missing + drift.changed + drift.moved + drift.duplicate
  if (left > 0) throw new Error(`still to be written at the end: ${JSON.stringify(drift)}`)
  const ids = [...sandbox.planhat.conversations.values()].map(({ externalId }) => externalId)
  const twice = ids.filter((id, at) => id !== undefined && ids.indexOf(id) !== at)
  if (twice.length > 0) throw new Error(`held twice: ${twice.slice(0, 5).join(', ')}`)
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
})
let failures = 0
for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.rounds); seed += 1) {
  const start = performance.now()
  const said = await soak(seed).then(
    (listenedMs) => `ok, the listener's part ${seconds(listenedMs)}`,
    (error: Error) => `FAILED: ${error.message}`,
  )
  if (!said.startsWith('ok')) failures += 1
  console.log(`seed ${seed}: ${said}, ${seconds(performance.now() - start)}`)
}
process.exitCode = failures === 0 ? 0 : 1
