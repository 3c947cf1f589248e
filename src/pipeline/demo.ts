import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings } from '../config/settings.ts'
import { PUBLIC, writeWhole } from '../files/draft.ts'
import type { Paint, Summary } from '../report/summary.ts'
import { formatSummary } from '../report/text/summary.ts'
import { wrap } from '../report/text/words.ts'
import { readReviewCsv } from '../review/read.ts'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { apply } from './apply.ts'
import { type BackfillRequest, backfill } from './backfill.ts'
import { bringLiveCall, type LiveCall } from './demo-live.ts'
import { pullIndex } from './phone-index/build.ts'
import { type ReconcileRequest, reconcile } from './reconcile.ts'
import type { Surroundings } from './run/surroundings.ts'

const DAYS = 30
const SHOWN_ROWS = 5
const SHOWN_COLUMNS = ['decision', 'action', 'reason', 'date', 'outcome', 'company'] as const
const WIDEST_CELL = 16

export interface DemoResult {
  readonly folder: string
  readonly files: readonly string[]
  readonly runs: readonly Summary[]
}

type DemoWorld = Omit<Surroundings, 'settings' | 'confirm' | 'allow'> & {
  readonly print: (text: string) => void
  readonly paint: Paint
  readonly width: number
}

/** The whole journey against an embedded Aircall and Planhat, in a temporary folder that is left for a look. */
export async function runDemo(world: DemoWorld): Promise<DemoResult> {
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-demo-'))
  const sandbox = await startSandbox({
    seed: 7,
    calls: 400,
    endUsers: 300,
    days: DAYS,
    nowMs: world.clock.nowMs(),
    aircallRpm: null,
    planhatRpm: null,
    automation: 0.2,
    switches: { eventDelaySeconds: 0, deliveryJitterSeconds: 0 },
  })
  try {
    writeWhole(join(folder, 'aircall-sync.config.json'), `${JSON.stringify(DEMO_CONFIG, null, 2)}\n`, PUBLIC)
    const env = { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(folder, 'state') }
    const settings = loadSettings({ flags: {}, env, cwd: folder })
    return await walk({ ...world, settings, allow: new Set<string>() }, folder, sandbox)
  } finally {
    await sandbox.stop()
  }
}

/** The sandbox serves as fast as it can; a real account is read at 60 requests a minute. */
const DEMO_CONFIG = { limits: { aircallPerMinute: 60_000, planhatPerMinute: 60_000 } }

async function walk(loud: DemoWorld & Surroundings, folder: string, sandbox: Sandbox): Promise<DemoResult> {
  // What a run says of its pace would only be noise here: the sandbox has no limit.
  const world = { ...loud, log: { ...loud.log, info: () => undefined } }
  const say = (text: string) => world.print(wrap(text, world.width).join('\n'))
  const step = (number: number, text: string) => {
    const [first = '', ...rest] = wrap(`Step ${number}. ${text}`, world.width)
    world.print(`\n${[world.paint('strong', first), ...rest].join('\n')}\n`)
  }
  const show = (summary: Summary) => world.print(formatSummary(summary, world))

  say('A made-up company phones its customers with Aircall and keeps them in Planhat.')
  say('Both run here, on this machine only, with made-up people. Everything is left in')
  world.print(folder)

  step(1, 'Copy the phone numbers of all Planhat End Users into a local index.')
  const index = await pullIndex(world)
  say(
    `${index.endUsers} End Users, ${index.withPhone} with a phone, ` +
      `${index.numbers} numbers, ${index.shared} of them shared.`,
  )

  step(2, 'Dry run: read the calls of 30 days, match them by number, plan what to write.')
  const review = join(folder, 'review.csv')
  const plan = await backfill(world, { ...demoRange(world), mode: 'dry-run', output: review })
  show(plan)
  say("\nThe updates are calls that Planhat's own automation logged first, before they had an outcome.")

  step(3, 'Review: the plan opens in any spreadsheet. Skip a row, settle a held one, save.')
  world.print(await firstRows(review))

  step(4, 'Apply what was reviewed.')
  const applied = await apply(world, { plan: review, yes: true })
  say(describeWrites(applied))

  step(5, 'Run it again: nothing changes, and no transcript that is here is asked for twice.')
  const again = await backfill(world, { ...demoRange(world), mode: 'apply' })
  say(`${describeRead(again)} ${describeWrites(again)}`)

  step(6, 'Every night from cron: reconcile compares both sides and heals what differs.')
  const nightly = await reconcile(world, nightlyRequest(world))
  show(nightly)

  step(7, 'Live: a listener hears of a call the moment it has ended.')
  say(describeLive(await bringLiveCall(world, sandbox, folder)))

  const files = [review, plan.files.report, applied.files.report, nightly.files.report].filter(
    (file) => file !== '',
  )
  say('\nLook at the plan in a spreadsheet and at the reports in a browser:')
  world.print(files.map((file) => `  ${file}`).join('\n'))
  return { folder, files, runs: [plan, applied, again, nightly] }
}

function describeLive({ record, transcript }: LiveCall): string {
  const after = (seconds: number | null) => (seconds === null ? 'not in time' : `${seconds.toFixed(1)} s`)
  return (
    'A customer hangs up: the call is in Planhat after ' +
    `${after(record)}, its transcript after ${after(transcript)}.`
  )
}

function describeRead({ calls, requests }: Summary): string {
  const { pages, transcripts } = requests.aircall
  return (
    `Read ${calls.read} calls in ${pages} pages and asked for ` +
    `${transcripts} transcripts that were not there before.`
  )
}

function describeWrites({ applied, requests }: Summary): string {
  const { created = 0, updated = 0, failed = 0 } = applied ?? {}
  const { writes } = requests.planhat
  return (
    `${created} Conversations created, ${updated} updated, ` +
    `${failed} failed, with ${writes} write requests to Planhat.`
  )
}

function nightlyRequest(world: Surroundings): ReconcileRequest {
  const { range } = demoRange(world)
  const people = { overwriteEdits: false, restoreDeleted: false }
  return { range, fix: true, prune: false, exitCode: false, ...people, transcripts: true, maxDeletes: 0 }
}

/** The first rows as a narrow table: enough to see what a reviewer sees. */
async function firstRows(review: string): Promise<string> {
  const rows: string[][] = [[...SHOWN_COLUMNS]]
  for await (const { cells } of readReviewCsv(review)) {
    if (rows.length > SHOWN_ROWS) break
    rows.push(SHOWN_COLUMNS.map((column) => cells[column].slice(0, WIDEST_CELL)))
  }
  const widths = SHOWN_COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows
    .map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
    .join('\n')
}

function demoRange(world: Surroundings): Omit<BackfillRequest, 'mode'> {
  const until = Math.floor(world.clock.nowMs() / 1000)
  return {
    range: { since: until - DAYS * 86_400, until },
    filter: {},
    transcripts: true,
    refresh: false,
    overwrite: true,
  }
}
