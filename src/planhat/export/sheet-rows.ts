import { BOUNDS } from './bounds.ts'
import { unescapeText } from './shared-strings.ts'
import { type ExportRow, hasText } from './table.ts'
import { attribute, readXml, type XmlHandler } from './xml.ts'
import { WorkbookProblem, type ZipParts } from './zip.ts'

type Attributes = Readonly<Record<string, string>>

/** Column of `B7`, from 0; null where a cell does not say. Power BI leaves `r` out: cells follow each other then. */
export function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Za-z]{1,3}(?=\d{1,7}$)/.exec(reference ?? '')?.[0]
  if (letters === undefined) return null
  return [...letters.toUpperCase()].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/** A number as people would write it: a long one is stored as `1.2025550101E10`. */
function toNumberText(text: string): string {
  const number = Number(text)
  return /e/i.test(text) && Number.isSafeInteger(number) ? String(number) : text
}

/** Gathers the rows of one sheet from its XML. */
class RowGatherer implements XmlHandler {
  #rows: ExportRow[] = []
  #count = 0
  #line = 0
  #column = -1
  #cells: string[] = []
  #type = 'n'
  #value = ''
  #isValue = false
  #isPhonetic = false
  readonly #strings: readonly string[]

  constructor(strings: readonly string[]) {
    this.#strings = strings
  }

  /** The rows gathered since the last call. */
  take(): ExportRow[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'row') this.#openRow(attributes)
    else if (name === 'c') this.#openCell(attributes)
    else if (name === 'rPh') this.#isPhonetic = true
    else if (name === 'v' || name === 't') this.#isValue = !this.#isPhonetic
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false
    else if (name === 'rPh') this.#isPhonetic = false
    else if (name === 'c') this.#closeCell()
    else if (name === 'row') this.#closeRow()
  }

  text(piece: string): void {
    if (this.#isValue && this.#value.length < BOUNDS.cellText) this.#value += piece
  }

  #openRow(attributes: Attributes): void {
    const line = Number(attribute(attributes, 'r'))
    this.#line = Number.isInteger(line) && line > 0 && line <= BOUNDS.rows ? line : this.#line + 1
    this.#count += 1
    if (this.#count > BOUNDS.rows) throw new WorkbookProblem('a sheet of it has too many rows')
    this.#column = -1
    this.#cells = []
  }

  #openCell(attributes: Attributes): void {
    this.#column = columnOf(attribute(attributes, 'r')) ?? this.#column + 1
    if (this.#column >= BOUNDS.columns) throw new WorkbookProblem('a sheet of it has too many columns')
    this.#type = attribute(attributes, 't') ?? 'n'
    this.#value = ''
  }

  #closeCell(): void {
    const text = this.#valueText()
    if (text === '') return
    const at = Math.min(this.#column, BOUNDS.keptColumns)
    while (this.#cells.length < at) this.#cells.push('')
    this.#cells[at] = text
  }

  #valueText(): string {
    const value = this.#value.slice(0, BOUNDS.cellText)
    if (this.#type === 's') return this.#strings[Number(value)] ?? ''
    if (this.#type === 'b') return value === '1' ? 'true' : 'false'
    return this.#type === 'n' ? toNumberText(value) : unescapeText(value)
  }

  #closeRow(): void {
    if (hasText(this.#cells)) this.#rows.push({ line: this.#line, cells: this.#cells })
  }
}

/** The rows of a sheet that hold something, with the numbers they have there. Of a formula the value that was kept. */
export async function* readSheetRows(
  zip: ZipParts,
  part: string,
  strings: readonly string[],
): AsyncGenerator<readonly ExportRow[]> {
  const gatherer = new RowGatherer(strings)
  for await (const _ of readXml(zip.read(part, { atMost: BOUNDS.partBytes }), gatherer)) {
    const rows = gatherer.take()
    if (rows.length > 0) yield rows
  }
  yield gatherer.take()
}
