import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseDuration, parseRange, parseTime } from '../../src/cli/time.ts'
import { DEFAULT_CONFIG } from '../../src/config/defaults.ts'
import { loadSettings } from '../../src/config/settings.ts'
import { SyncError } from '../../src/errors.ts'
import { readSubject } from '../../src/pipeline/erase/subject.ts'
import { importIndex } from '../../src/pipeline/phone-index/import.ts'
import { lookUpNumber } from '../../src/pipeline/phone-index/lookup.ts'
import { runCommand, useWorkplace } from '../support/command.ts'
import { type Journey, startJourney } from '../support/journey.ts'
import { createDice, spoil } from './wrong-values.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aircall-sync-fuzz-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function survives(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    expect(error, error instanceof Error ? (error.stack ?? '') : '').toBeInstanceOf(SyncError)
  }
}

async function survivesAsync(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    expect(error, error instanceof Error ? (error.stack ?? '') : '').toBeInstanceOf(SyncError)
  }
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
)

describe('a configuration that is wrong in any way', () => {
  it('is refused with a code, or taken', () => {
    const cwd = folder()
    const path = join(cwd, 'aircall-sync.config.json')
    const load = (text: string | Uint8Array) => {
      writeFileSync(path, text)
      survives(() => loadSettings({ flags: {}, env: {}, cwd }))
    }
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), load), { numRuns: 200 })
    fc.assert(fc.property(bytes, load), { numRuns: 200 })
    for (let seed = 1; seed <= 300; seed += 1)
      load(
        JSON.stringify(spoil({ ...DEFAULT_CONFIG, profiles: { acme: DEFAULT_CONFIG } }, createDice(seed), 9)),
      )
  })

  it('so is an environment and a .env file', () => {
    const cwd = folder()
    const names = [
      'AIRCALL_BASE_URL',
      'PLANHAT_BASE_URL',
      'AIRCALL_API_ID',
      'AIRCALL_SYNC_PROFILE',
      'AIRCALL_SYNC_CONFIG',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.string({ unit: 'binary', maxLength: 60 }),
        bytes,
        (name, value, dotEnv) => {
          writeFileSync(join(cwd, '.env'), dotEnv)
          survives(() => loadSettings({ flags: {}, env: { [name]: value }, cwd }))
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('values of flags and arguments', () => {
  it('that are no time, no age and no number are wrong usage', () => {
    const context = { zone: 'Europe/Paris', nowMs: Date.UTC(2026, 5, 1) }
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.stringMatching(/^[\d:TZ+.-]{1,30}$/),
      fc.stringMatching(/^\d{1,20}[mhdw]?$/),
    )
    fc.assert(
      fc.property(text, text, (since, until) => {
        survives(() => parseTime(since, context))
        survives(() => parseDuration(since))
        survives(() => parseRange({ since, until }, context))
      }),
      { numRuns: 500 },
    )
  })

  it('a number to look up or a person to erase may be any text', async () => {
    const journey = await startJourney({ sandbox: { calls: 5, endUsers: 20 } })
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.stringMatching(/^[\d +().x-]{0,40}$/),
    )
    const country = fc.oneof(fc.constant(null), fc.string({ maxLength: 3 }))
    const seen = journey.look((store) => {
      let count = 0
      fc.assert(
        fc.property(text, (person) => {
          count += 1
          survives(() => readSubject({ store, settings: journey.world().settings }, person))
        }),
        { numRuns: 200 },
      )
      return count
    })
    expect(seen).toBeGreaterThan(100)
    fc.assert(
      fc.property(text, country, (number, cc) =>
        survives(() => lookUpNumber(journey.world(), { number, country: cc })),
      ),
      { numRuns: 60 },
    )
  })
})

describe('an export of End Users that is damaged', () => {
  const write = async (journey: Journey, name: string, content: string | Uint8Array) => {
    const file = join(journey.folder, name)
    writeFileSync(file, content)
    const world = journey.world({ allow: new Set(['index-shrink']) })
    await survivesAsync(() => importIndex(world, { file, map: [] }))
  }

  it('is refused or read as far as it can be: csv, json, ndjson, xlsx', async () => {
    const journey = await startJourney({ sandbox: { calls: 5, endUsers: 20 } })
    const names = fc.constantFrom('e.csv', 'e.json', 'e.ndjson', 'e.xlsx', 'e.txt', 'e')
    await fc.assert(
      fc.asyncProperty(names, bytes, (name, content) => write(journey, name, content)),
      { numRuns: 100 },
    )
    const header = 'id,name,companyId,phone\n'
    const line = fc.string({ unit: 'binary', maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), (lines) =>
        write(journey, 'e.csv', header + lines.map((one) => `id1,${one},co1,${one}`).join('\n')),
      ),
      { numRuns: 60 },
    )
  }, 60_000)
})

describe('a review CSV that somebody damaged', () => {
  it('is refused as a whole or by the row, and nothing else happens', async () => {
    const journey = await startJourney({ sandbox: { calls: 30, endUsers: 20 } })
    const plan = await journey.backfill()
    const original = readFileSync(plan.files.review, 'latin1')
    const path = join(journey.folder, 'damaged.csv')
    const damage = fc.array(fc.tuple(fc.nat(original.length), fc.string({ unit: 'binary', maxLength: 6 })), {
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(damage, async (edits) => {
        const text = edits.reduce((t, [at, put]) => t.slice(0, at) + put + t.slice(at + put.length), original)
        writeFileSync(path, text, 'latin1')
        await survivesAsync(() => journey.apply({ plan: path }))
      }),
      { numRuns: 25 },
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        writeFileSync(path, content)
        await survivesAsync(() => journey.apply({ plan: path }))
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})

describe('the command itself', () => {
  it('answers nonsense on its command line with an exit code other than 1 and no stack trace', async () => {
    const place = useWorkplace()
    const lines = [
      ['backfill', '--since', '\u202e30d'],
      ['backfill', '--since', '30d', '--limit', '1e99'],
      ['reconcile', '--max-deletes', '-3'],
      ['apply', '/dev/null', '--yes'],
      ['apply', '.', '--yes'],
      ['index', 'import', '/'],
      ['purge', '--older-than', '5 years', '--yes'],
      ['erase', 'nobody', '--yes'],
      ['doctor', '--company', 'x'],
      ['explain', '1e5'],
      ['--profile', '..', 'runs'],
      ['runs', '--state-dir', '/dev/null/x'],
      ['backfill', '--since', '30d', '--output', '/', '--overwrite'],
    ]
    for (const args of lines) {
      const { exitCode, stdout, stderr } = await runCommand(args, { cwd: place.folder, env: place.env })
      expect([0, 1], `${args.join(' ')}: ${stderr}`).not.toContain(exitCode)
      expect(stdout + stderr).not.toMatch(/\n\s+at \S+ ?\(|node:internal/)
    }
  }, 60_000)
})
