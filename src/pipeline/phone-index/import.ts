import { basename } from 'node:path'
import { RefusedError, UsageError } from '../../errors.ts'
import { readEndUserRow } from '../../match/export/end-user-row.ts'
import { demandFields } from '../../match/export/refusal.ts'
import { type ExportFile, type ExportRow, openExport } from '../../planhat/export/open.ts'
import { sayLeftOut } from '../../report/text/index-import.ts'
import type { ImportResult } from '../../report/text/phone-index.ts'
import type { Origin } from '../../store/phone-index/build.ts'
import type { IndexWriter } from '../../store/phone-index/phone-index.ts'
import { connectPlanhatToRead } from '../run/connect.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { replaceIndex } from './build.ts'
import { type FoundSheet, type FoundTable, findTables } from './import-tables.ts'
import { RowTally } from './row-tally.ts'

/** One id in some thousands looks like a number to a spreadsheet; so many are a file that one has saved. */
const DAMAGED_ROWS = 10
const DAMAGED_SHARE = 0.01
export const DAMAGED_GUARD = 'damaged-ids'

/** No sheet has so many: a line of one is a number that names the sheet too. */
const MOST_LINES = 1e10

/** Where the rows of one sheet go. */
interface Target {
  readonly tally: RowTally
  readonly writer: IndexWriter
  readonly companies: CompanyReferences
  readonly originOf: (line: number) => Origin
}

interface ReadTable {
  readonly sheet: FoundSheet
  readonly tally: RowTally
}

/**
 * Builds the index from an exported file. `map` holds `field=Column` texts. The result
 * says what was read: sheets, header rows, columns, and the rows left out by reason.
 * @throws UsageError for a file or a column that is not understood; RefusedError as `pullIndex`, and GUARD_DAMAGED_IDS.
 */
export async function importIndex(
  world: Surroundings,
  o: { file: string; map: readonly string[] },
): Promise<ImportResult> {
  const map = parseMap(o.map)
  const { phoneFields } = world.settings.config
  demandFields(map, phoneFields)
  const file = await openExport(o.file)
  try {
    const sheets = await findTables(file, { phoneFields, map })
    const read = sheets.map((sheet): ReadTable => ({ sheet, tally: new RowTally() }))
    const source = basename(o.file)
    const from = { name: source, kind: 'file', whyEmpty: () => sayWhyEmpty(read) } as const
    const result = await replaceIndex(world, from, async (writer) => {
      await readTables(world, read, writer)
      guardIds(world, source, read)
    })
    return { ...result, read: describe(source, file, read) }
  } finally {
    file.close()
  }
}

async function readTables(
  world: Surroundings,
  read: readonly ReadTable[],
  writer: IndexWriter,
): Promise<void> {
  const companies = new CompanyReferences(world)
  const takeBack: Origin['takeBack'] = (reason, place) =>
    read[Math.floor(place / MOST_LINES)]?.tally.takeBack(reason, place % MOST_LINES)
  for (const [at, { sheet, tally }] of read.entries()) {
    if (sheet.table === null) continue
    const originOf = (line: number): Origin => ({ place: at * MOST_LINES + line, takeBack })
    for await (const rows of rowsBelow(sheet, sheet.table)) {
      world.signal.throwIfAborted()
      for (const row of rows) {
        const target = { tally, writer, companies, originOf }
        if (takeRow(row, sheet.table, target)) continue
        await companies.ask()
        takeRow(row, sheet.table, target)
      }
    }
  }
}

/** The rows of a sheet below its header. */
async function* rowsBelow(sheet: FoundSheet, table: FoundTable): AsyncGenerator<readonly ExportRow[]> {
  let left = table.header.firstRow
  for await (const rows of sheet.source.rows()) {
    yield left > 0 ? rows.slice(left) : rows
    left = Math.max(0, left - rows.length)
  }
}

/** False, and nothing done, where Planhat has to be asked first which company is meant. */
function takeRow(row: ExportRow, table: FoundTable, { tally, writer, companies, originOf }: Target): boolean {
  const reading = readEndUserRow(row, table, companies.known)
  if (reading.kind === 'blank') return true
  if (reading.kind === 'problem') {
    if (reading.reason === 'company-by-external-id' && companies.known === null) return false
    tally.rows += 1
    tally.leaveOut(reading.reason, row.line)
    writer.addProblem(reading.reason)
    return true
  }
  tally.rows += 1
  tally.taken += 1
  writer.add(reading.endUser, originOf(row.line))
  return true
}

/** Reference -> Planhat id, for a file that names companies by ids of another system; asked for once, when needed. */
class CompanyReferences {
  readonly #world: Surroundings
  known: ReadonlyMap<string, string> | null = null

  constructor(world: Surroundings) {
    this.#world = world
  }

  /** Empty without a token. */
  async ask(): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string, string>()
    this.known = ids
    if (this.#world.settings.credentials.planhat === null) return ids
    const { reader } = connectPlanhatToRead(this.#world)
    for await (const page of reader.companies(this.#world.signal)) {
      for (const { id, externalId, sourceId } of page) {
        if (externalId !== null) ids.set(`extid-${externalId}`, id)
        if (sourceId !== null) ids.set(`srcid-${sourceId}`, id)
      }
    }
    return ids
  }
}

/** A file whose ids a spreadsheet has turned into numbers looks whole, and lacks whoever it happened to. */
function guardIds(world: Surroundings, source: string, read: readonly ReadTable[]): void {
  const damaged = read.reduce((sum, { tally }) => sum + tally.countOf('damaged-id'), 0)
  const rows = read.reduce((sum, { tally }) => sum + tally.rows, 0)
  if (damaged === 0) return
  const said = `A spreadsheet has turned the ids of ${damaged} of ${rows} rows of ${source} into numbers`
  const isMany = damaged >= DAMAGED_ROWS && damaged > rows * DAMAGED_SHARE
  if (!isMany || world.allow.has(DAMAGED_GUARD)) {
    world.log.warn('IDS_DAMAGED', `${said}: these End Users are not in the index.`)
    return
  }
  throw new RefusedError('GUARD_DAMAGED_IDS', `${said}. The index is left as it was.`, {
    suggestions: [
      'Take the file as Planhat exported it, or format the columns of ids as text before a spreadsheet opens them',
      'aircall-sync index pull reads them from Planhat',
      `To go on without these End Users, run it again with --allow ${DAMAGED_GUARD}`,
    ],
  })
}

/** What was wrong with the rows of a file of which nothing can be used: the way to mend it. */
function sayWhyEmpty(read: readonly ReadTable[]): readonly string[] {
  const why = read.flatMap(({ sheet, tally }) =>
    tally
      .leftOut()
      .map((rows) => (sheet.source.name === null ? '' : `Sheet "${sheet.source.name}", `) + sayLeftOut(rows)),
  )
  return why.slice(0, 10)
}

/** `['email=E-mail']` as a map. @throws UsageError where a text has no equals sign. */
function parseMap(texts: readonly string[]): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 1 || at === text.length - 1) {
        throw new UsageError('MAP_UNREADABLE', `--map ${text}: expected field=Column.`, {
          suggestions: ['For example: --map "companyId=Account Id"'],
        })
      }
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const
    }),
  )
}

function describe(source: string, file: ExportFile, read: readonly ReadTable[]): ImportResult['read'] {
  return {
    file: source,
    format: file.format,
    encoding: file.text?.encoding ?? null,
    encodingIsGuess: file.text?.isGuess ?? false,
    delimiter: file.delimiter,
    sheets: read.map(({ sheet, tally }) => ({
      name: sheet.source.name,
      why: sheet.why,
      headerRow: sheet.table?.header.line ?? null,
      columns: sheet.table?.taken ?? [],
      rows: tally.rows,
      endUsers: tally.taken,
      leftOut: tally.leftOut(),
    })),
  }
}
