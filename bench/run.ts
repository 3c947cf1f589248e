/**
 * Every figure of docs/performance.md in one table, each from a process of its own.
 * `npm run bench -- [--large] [--json]` (--large: a million calls too)
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { root } from './support/child.ts'

const isLarge = process.argv.includes('--large')

interface Row {
  readonly figure: string
  readonly value: number
  readonly unit: string
  readonly aim: string
  readonly met: boolean
}

function run(name: string, ...args: readonly string[]) {
  process.stderr.write(`bench/${name}.ts ${args.join(' ')}\n`)
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  return JSON.parse(
    execFileSync(process.execPath, [file, '--json', ...args], { encoding: 'utf8', cwd: root }),
  )
}

const atMost = (figure: string, value: number, unit: string, limit: number): Row => ({
  figure,
  value,
  unit,
  aim: `at most ${limit}`,
  met: value <= limit,
})

/** As installed, since a checkout has no list of its commands and reads all of them. */
function startRows(): Row[] {
  const start = run('start')
  return Object.entries({ '--version': 2, '--help': 5, 'index lookup': 8 }).map(([name, aim]) =>
    atMost(`\`aircall-sync ${name}\` as installed / \`node -e 0\``, start[name].times, 'times', aim),
  )
}

function requestRows(): Row[] {
  const { paid, rate } = run('requests')
  return [
    atMost('requests used / needed, first backfill', paid.firstRatio, 'times', 1.02),
    atMost('transcripts asked for by a second run', paid.secondTranscripts, 'requests', 0),
    {
      figure: 'share of the allowed rate used (simulated clock)',
      value: rate.share,
      unit: '',
      aim: 'at least 0.97',
      met: rate.share >= 0.97,
    },
    atMost('answers of 429 meanwhile', rate.throttled, 'answers', 0),
    atMost('Planhat writes for 10,000 records', paid.writesPer10k, 'requests', 60),
  ]
}

function backfillRows(): Row[] {
  const { rows, memory } = run('backfill', ...(isLarge ? ['--large'] : []))
  const name = (calls: number) => `${calls.toLocaleString('en')} calls`
  return [
    ...rows.map((row: { calls: number; ratio: number }) =>
      atMost(`backfill / bare loop, ${name(row.calls)}`, row.ratio, 'times', 2.2),
    ),
    atMost(`peak memory, ${name(rows.at(-1).calls)}`, rows.at(-1).peakMb, 'MB', 400),
    atMost(`peak memory, ${name(rows.at(-1).calls)} / ${name(rows[0].calls)}`, memory, 'times', 2.5),
  ]
}

function indexRows(): Row[] {
  const index = run('index', ...(isLarge ? [] : ['--size', '100000']))
  const users = `${Number(index.endUsers).toLocaleString('en')} End Users`
  return [
    atMost(`index of ${users} / libphonenumber-js alone`, index.buildToLibrary, 'times', 0.8),
    atMost('lookup of one number', index.lookupUs, 'µs', 50),
  ]
}

function reviewRow(): Row {
  const review = run('review')
  return atMost(
    '100,000 records planned and in the review CSV / csv-stringify alone',
    review.ratio,
    'times',
    review.aim,
  )
}

/** `apply` of a plan: under Planhat's limit, where bench/requests.ts has none, and its memory. */
function writingRows(): Row[] {
  const { speed, rows, memory } = run('writing')
  const name = (records: number) => `${records.toLocaleString('en')} records`
  const [small, large] = [rows[0], rows.at(-1)]
  return [
    atMost(
      'Planhat writes for 10,000 records of a plan, under its limit',
      speed.writesPer10k,
      'requests',
      60,
    ),
    atMost('answers of 429 meanwhile', speed.throttled, 'answers', 0),
    atMost(
      `peak memory of apply, ${name(large.records)} / ${name(small.records)} (${large.peakMb} / ${small.peakMb} MB)`,
      memory,
      'times',
      2.5,
    ),
  ]
}

/** From the first byte of a delivery to its 200, synced to disk. */
function inboxRows(): Row[] {
  const { ratio: times, p99Ms } = run('inbox')
  return [
    atMost('a delivery, on disk / bare node:http with one synced insert', times, 'times', 1.5),
    atMost('deliveries at 100 a second, 99 of 100', p99Ms, 'ms', 50),
  ]
}

/** docs/contract.md section 9: what a call costs through `listen`. */
function listenRows(): Row[] {
  const { alone, together, memory } = run('listen')
  return [
    atMost(
      'from `call.ended` to Planhat, beyond the debounce (simulated clock), longest of 30',
      alone.longestMs,
      'ms',
      1000,
    ),
    atMost('Aircall requests a call with its transcript, alone', alone.aircall, 'requests', 2),
    atMost('Planhat requests a call with its transcript, alone', alone.planhat, 'requests', 3),
    atMost(
      'Aircall requests a call, 200 calls at once, transcripts apart',
      together.aircallPerCall,
      'requests',
      0.1,
    ),
    atMost('memory of `listen`, idle after 10,000 events', memory.afterMb, 'MB', 150),
  ]
}

const rows = [
  ...requestRows(),
  ...inboxRows(),
  ...listenRows(),
  ...writingRows(),
  ...backfillRows(),
  ...indexRows(),
  reviewRow(),
  ...startRows(),
]
if (process.argv.includes('--json')) console.log(JSON.stringify({ node: process.version, rows }, null, 2))
else {
  console.log('| figure | value | aim | |\n| --- | --- | --- | --- |')
  for (const { figure, value, unit, aim, met } of rows)
    console.log(`| ${figure} | ${`${value} ${unit}`.trim()} | ${aim} | ${met ? 'met' : 'missed'} |`)
}
