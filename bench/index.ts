/**
 * The phone index at one million End Users, beside libphonenumber-js alone and beside the automation's way.
 * `node bench/index.ts [--size N] [--json]`. Each figure comes from a process of its own.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { EndUser } from '../src/domain.ts'
import { IndexStore } from '../src/store/phone-index/phone-index.ts'
import { INDEX_SCHEMA } from '../src/store/phone-index/schema.ts'

const FIGURES = ['library', 'build', 'scan'] as const
type Figure = (typeof FIGURES)[number]

/**
 * As exports are: 70 % E.164, 20 % pretty, the rest national, with `00`, with
 * an extension, and one that cannot be used.
 */
function phoneOf(i: number): readonly [raw: string, country: CountryCode] {
  const seven = String(2_000_000 + ((i * 7919) % 7_999_993))
  const kind = i % 20
  if (kind < 9) return [`+1${AREAS[kind]}${seven}`, 'US']
  if (kind < 12) return [`+336${10 + (i % 40)}${String(100_000 + ((i * 31) % 899_999))}`, 'FR']
  if (kind < 14) return [`+4479${String(11_000_000 + ((i * 37) % 1_999_999))}`, 'GB']
  if (kind < 16) return [`+1 (415) ${seven.slice(0, 3)}-${seven.slice(3)}`, 'US']
  if (kind < 18) return [`+44 20 79${seven.slice(0, 2)} ${seven.slice(2, 6)}`, 'GB']
  if (kind < 19) return RARE[Math.floor(i / 20) % RARE.length]?.(seven) ?? ['', 'US']
  return i % 40 === 19
    ? [`+1 555 ${seven.slice(0, 3)} ${seven.slice(3)}`, 'US']
    : [`(212) ${seven.slice(0, 3)}-${seven.slice(3)}`, 'US']
}

const AREAS = ['202', '415', '212', '303', '617', '206', '512', '713', '312']

/** National, with the prefix for abroad, with an extension. */
const RARE: readonly ((seven: string) => readonly [string, CountryCode])[] = [
  (seven) => [`01 42 ${seven.slice(0, 2)} ${seven.slice(2, 4)} ${seven.slice(4, 6)}`, 'FR'],
  (seven) => [`030 90${seven.slice(0, 5)}`, 'DE'],
  (seven) => [`0044 20 79${seven.slice(0, 2)} ${seven.slice(2, 6)}`, 'GB'],
  (seven) => [`+1 415 ${seven.slice(0, 3)} ${seven.slice(3)} ext. ${seven.slice(0, 2)}`, 'US'],
]

function endUserOf(i: number): EndUser {
  const [raw, country] = phoneOf(i)
  const company = Math.floor(i / 20)
  return {
    id: `${(0x5e000000 + i).toString(16)}91025d870eec1236`,
    name: `Person ${i}`,
    email: `p${i}@example.com`,
    companyId: `${(0x5d000000 + company).toString(16)}91025d870eec1236`,
    companyName: `Company ${company}`,
    country,
    archived: false,
    phones: [{ field: 'phone', raw }],
  }
}

/** User and system time of this process so far: steadier than the clock on a machine that others use. */
const cpuMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000

const rssMb = () => Math.round(process.resourceUsage().maxRSS / 1024)

function measureLibrary(size: number) {
  const start = performance.now()
  let valid = 0
  for (let i = 0; i < size; i++) {
    const [raw, country] = phoneOf(i)
    if (parsePhoneNumberFromString(raw, country)?.isValid()) valid += 1
  }
  return { ms: performance.now() - start, cpuMs: cpuMs(), valid }
}

async function measureBuild(size: number) {
  const folder = mkdtempSync(join(tmpdir(), 'index-bench-'))
  try {
    const db = new DatabaseSync(join(folder, 'state.sqlite'))
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${INDEX_SCHEMA}`)
    const index = new IndexStore(db)
    const source = { name: 'bench', kind: 'file', builtAtMs: 0, defaultCountry: 'US' } as const
    const start = performance.now()
    const info = await index.replaceAll(source, ({ add }) => {
      for (let i = 0; i < size; i++) add(endUserOf(i))
    })
    const ms = performance.now() - start
    const cpu = cpuMs()
    return { ms, cpuMs: cpu, maxRssMb: rssMb(), numbers: info.numbers, lookupUs: measureLookup(index, size) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function measureLookup(index: IndexStore, size: number): number {
  const rounds = 50_000
  const numbers = Array.from({ length: rounds }, (_, i) => phoneOf(((i * 104_729) % (size / 20)) * 20)[0])
  for (const e164 of numbers.slice(0, 1000)) index.holders(e164)
  const start = performance.now()
  let found = 0
  for (const e164 of numbers) found += index.holders(e164).length
  if (found < rounds) throw new Error('the bench looks up numbers that are not there')
  return ((performance.now() - start) / rounds) * 1000
}

/**
 * docs/reference/automation.md, "Matching, in Step 2": all End Users, 2,000 a page, until the first hit; digits only.
 */
function measureScan(size: number) {
  const normalise = (text: string) => text.replace(/\D/g, '').replace(/^1/, '')
  const calls = 5
  const start = performance.now()
  let hits = 0
  let pages = 0
  for (let c = 0; c < calls; c++) {
    const wanted = normalise(phoneOf(Math.floor((size * (c + 0.5)) / calls))[0])
    for (let i = 0; i < size; i++) {
      if (i % 2000 === 0) pages += 1
      if (normalise(endUserOf(i).phones[0]?.raw ?? '') !== wanted) continue
      hits += 1
      break
    }
  }
  return { msPerCall: (performance.now() - start) / calls, requestsPerCall: pages / calls, hits }
}

async function measure(figure: Figure, size: number): Promise<object> {
  if (figure === 'library') return measureLibrary(size)
  return figure === 'build' ? measureBuild(size) : measureScan(size)
}

function inOwnProcess<T>(figure: Figure, size: number): T {
  const script = fileURLToPath(import.meta.url)
  const args = ['--disable-warning=ExperimentalWarning', script, '--figure', figure, '--size', String(size)]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e7 })) as T
}

/** What `npm run bench` shows of the index. Units are in the names. */
export function benchIndex(size: number) {
  const library = inOwnProcess<ReturnType<typeof measureLibrary>>('library', size)
  const build = inOwnProcess<Awaited<ReturnType<typeof measureBuild>>>('build', size)
  const scan = inOwnProcess<ReturnType<typeof measureScan>>('scan', size)
  return {
    endUsers: size,
    libraryAloneMs: Math.round(library.ms),
    buildMs: Math.round(build.ms),
    buildToLibrary: Number((build.ms / library.ms).toFixed(2)),
    buildToLibraryCpu: Number((build.cpuMs / library.cpuMs).toFixed(2)),
    buildMaxRssMb: build.maxRssMb,
    lookupUs: Number(build.lookupUs.toFixed(1)),
    automationScanMsPerCall: Math.round(scan.msPerCall),
    automationRequestsPerCall: Math.round(scan.requestsPerCall),
  }
}

function say(r: ReturnType<typeof benchIndex>): string {
  const aim = `ratio ${r.buildToLibrary}, aim <= 0.8; in CPU time ${r.buildToLibraryCpu}`
  const scan = `${r.automationScanMsPerCall} ms and ${r.automationRequestsPerCall} requests`
  return `phone index of ${r.endUsers} End Users
  libphonenumber-js alone, parsing the same numbers   ${r.libraryAloneMs} ms
  building the index                                  ${r.buildMs} ms (${aim}), ${r.buildMaxRssMb} MB at most
  one lookup                                          ${r.lookupUs} µs (aim < 50)
  the automation's way, one call                      ${scan}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '1000000' },
      json: { type: 'boolean' },
      figure: { type: 'string' },
    },
  })
  const size = Number(values.size)
  const figure = FIGURES.find((f) => f === values.figure)
  const result = figure ? await measure(figure, size) : benchIndex(size)
  console.log(figure || values.json ? JSON.stringify(result) : say(result as ReturnType<typeof benchIndex>))
}
