/**
 * The search for transcripts (docs/performance.md) in made-up accounts: requests of
 * a first run beside what was needed and beside asking for all, what it missed, and
 * the nights until the last is found. `node bench/learning.ts [--seeds N] [--json]`
 */
import { parseArgs } from 'node:util'
import { createRandom, hashParts } from '../src/sandbox/world/random.ts'
import { firstRun, isYoung, playNights, VERIFY_PER_RUN } from './learning/search.ts'
import { makeCalls, PATTERNS, type Pattern } from './learning/world.ts'

const SIZES = [10_000, 100_000]
const LINES = [1, 3, 10, 30]

function simulate(shape: { calls: number; lines: number; pattern: Pattern }, seed: number) {
  const calls = makeCalls(shape, createRandom(hashParts(seed, shape.lines, shape.calls)))
  const pages = Math.ceil(shape.calls / 50)
  const { asked, assumed } = firstRun(calls)
  return {
    all: pages + calls.length,
    have: calls.filter(({ has }) => has).length,
    // Nobody can tell which of the calls has one while it is on, nor of a young one whether it is still to come.
    needed: pages + calls.filter((call) => call.isOn || isYoung(call)).length,
    used: pages + asked,
    missed: assumed.filter(({ has }) => has).length,
    found: playNights(assumed).untilFound,
    nights: Math.ceil(assumed.length / VERIFY_PER_RUN),
  }
}

type Outcome = ReturnType<typeof simulate>

function summarise(outcomes: readonly Outcome[]) {
  const mean = (pick: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + pick(outcome), 0) / outcomes.length
  const most = (pick: (outcome: Outcome) => number) => Math.max(...outcomes.map(pick))
  return {
    all: Math.round(mean(({ all }) => all)),
    have: Math.round(mean(({ have }) => have)),
    needed: Math.round(mean(({ needed }) => needed)),
    used: Math.round(mean(({ used }) => used)),
    usedToNeeded: Number(mean(({ used, needed }) => used / needed).toFixed(2)),
    usedToNeededAtWorst: Number(most(({ used, needed }) => used / needed).toFixed(2)),
    usedToAll: Number(mean(({ used, all }) => used / all).toFixed(2)),
    missed: Number(mean(({ missed }) => missed).toFixed(1)),
    nightsUntilFound: most(({ found }) => found),
    nightsAtMost: most(({ nights }) => nights),
  }
}

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, json: { type: 'boolean' } },
})
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed + 1)
const rows = PATTERNS.flatMap((pattern) =>
  SIZES.flatMap((calls) =>
    LINES.map((lines) => ({
      account: pattern.name,
      calls,
      lines,
      ...summarise(seeds.map((seed) => simulate({ calls, lines, pattern }, seed))),
    })),
  ),
)

const n = (value: number) => value.toLocaleString('en')

if (values.json) console.log(JSON.stringify(rows))
else {
  console.log(
    '| account | calls | lines | asking all | needed | used | used / ' +
      'needed (worst) | used / all | missed | nights until found (at most) |',
  )
  console.log(`|${' --- |'.repeat(10)}`)
  for (const r of rows)
    console.log(
      `| ${r.account} | ${n(r.calls)} | ${r.lines} | ${n(r.all)} | ${n(r.needed)} ` +
        `| ${n(r.used)} | ${r.usedToNeeded} (${r.usedToNeededAtWorst}) | ` +
        `${r.usedToAll} | ${r.missed} | ${r.nightsUntilFound} (${r.nightsAtMost}) |`,
    )
}
