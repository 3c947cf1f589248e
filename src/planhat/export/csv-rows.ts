import { BOUNDS } from './bounds.ts'
import type { ExportRow } from './table.ts'

/** A place in a text that ends its reading. Names a line, never a cell. */
export class CsvProblem extends Error {}

type Step = 'start' | 'bare' | 'quoted' | 'closed'

/**
 * Cuts a delimited text into rows, piece by piece. RFC 4180, and what programs write instead: a quote inside of a bare
 * cell is a letter, CR alone ends a line where the text has no other ends. A cell whose quotes close in the middle is
 * doubtful when a delimiter or a line's end stood between them: nobody can tell whether they were meant.
 */
export class CsvRows {
  readonly #delimiter: string
  readonly #newline: '\n' | '\r'
  #held = ''
  #count = 0
  /** Physical line on which the next row begins. */
  #line: number

  constructor(o: { delimiter: string; newline: '\n' | '\r'; line: number }) {
    this.#delimiter = o.delimiter
    this.#newline = o.newline
    this.#line = o.line
  }

  /** The rows that are complete with this piece; `end` takes what is left as the last row. */
  take(piece: string, o: { end: boolean }): ExportRow[] {
    const text = this.#held + piece
    const rows: ExportRow[] = []
    let at = 0
    for (;;) {
      const next = this.#readRow(text, at, o.end)
      if (next === null) break
      at = next.at
      this.#count += 1
      if (next.row === null) continue
      if (next.row.cells.length > BOUNDS.columns)
        throw new CsvProblem(`line ${next.row.line} has too many cells`)
      rows.push(next.row)
    }
    if (this.#count > BOUNDS.textRows) throw new CsvProblem(`it has more than ${BOUNDS.textRows} rows`)
    this.#held = text.slice(at)
    if (this.#held.length > BOUNDS.rowText)
      throw new CsvProblem(
        `the row that begins on line ${this.#line} is longer than ${BOUNDS.rowText} characters`,
      )
    return rows
  }

  #readRow(text: string, from: number, end: boolean): { at: number; row: ExportRow | null } | null {
    if (from >= text.length) return null
    const newline = text.indexOf(this.#newline, from)
    if (newline < 0 && !end) return null
    const stop = newline < 0 ? text.length : newline
    const line = text.slice(from, stop)
    if (line.includes('"')) return this.#readQuoted(text, from, end)
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line
    const row = bare.trim() === '' ? null : { line: this.#line, cells: bare.split(this.#delimiter) }
    this.#line += 1
    return { at: stop + 1, row: isBlank(row) ? null : row }
  }

  #readQuoted(text: string, from: number, end: boolean): { at: number; row: ExportRow | null } | null {
    const o = { delimiter: this.#delimiter, newline: this.#newline, end }
    const reading = new RowScan(text, from, o).read()
    if (reading === null) {
      if (end) throw new CsvProblem(`a quote opens in the row of line ${this.#line} and never closes`)
      return null
    }
    const line = this.#line
    this.#line += reading.lines
    const { cells, at } = reading
    const row: ExportRow = reading.isDoubtful ? { line, cells, doubt: 'quotes' } : { line, cells }
    return { at, row: isBlank(row) ? null : row }
  }
}

const isBlank = (row: ExportRow | null): boolean => row?.cells.every((cell) => cell.trim() === '') ?? true

interface Scan {
  readonly cells: readonly string[]
  /** Where the next row begins. */
  readonly at: number
  /** Physical lines that the row takes. */
  readonly lines: number
  readonly isDoubtful: boolean
}

interface ScanOptions {
  readonly delimiter: string
  readonly newline: string
  readonly end: boolean
}

/** One row with quotes in it, letter by letter. */
class RowScan {
  readonly #text: string
  readonly #o: ScanOptions
  #at: number
  #step: Step = 'start'
  #cell = ''
  #lines = 1
  /** Whether a delimiter or a line's end stands between the quotes of the cell. */
  #holdsEnds = false
  #isDoubtful = false
  readonly #cells: string[] = []

  constructor(text: string, from: number, o: ScanOptions) {
    this.#text = text
    this.#at = from
    this.#o = o
  }

  /** Null when the text ends before the row does. */
  read(): Scan | null {
    for (; this.#at < this.#text.length; this.#at++) {
      const letter = this.#text.charAt(this.#at)
      if (this.#step === 'quoted') {
        if (!this.#readQuoted(letter)) return null
      } else if (letter === this.#o.newline) {
        this.#closeCell()
        return this.#finish(this.#at + 1)
      } else if (letter === this.#o.delimiter) this.#closeCell()
      else this.#readOutside(letter)
    }
    if (!this.#o.end || this.#step === 'quoted') return null
    this.#closeCell()
    return this.#finish(this.#text.length + 1)
  }

  /** False where the piece ends between two quotes that may be one. */
  #readQuoted(letter: string): boolean {
    if (letter !== '"') {
      this.#cell += letter
      if (letter === this.#o.newline) this.#lines += 1
      this.#holdsEnds ||= letter === this.#o.newline || letter === this.#o.delimiter
      return true
    }
    if (this.#at + 1 === this.#text.length && !this.#o.end) return false
    if (this.#text.charAt(this.#at + 1) === '"') {
      this.#cell += '"'
      this.#at += 1
    } else this.#step = 'closed'
    return true
  }

  #readOutside(letter: string): void {
    if (letter === '"' && this.#step === 'start') {
      this.#step = 'quoted'
      this.#cell = ''
    } else if (this.#step !== 'closed') {
      this.#cell += letter
      if (letter !== ' ') this.#step = 'bare'
    } else if (letter !== '\r' && letter !== ' ') {
      // `"Bob" Example`: the quotes were letters of the name.
      this.#isDoubtful ||= this.#holdsEnds
      this.#cell = `"${this.#cell}"${letter}`
      this.#step = 'bare'
    }
  }

  #closeCell(): void {
    this.#cells.push(this.#cell)
    this.#cell = ''
    this.#step = 'start'
    this.#holdsEnds = false
  }

  #finish(at: number): Scan {
    const last = this.#cells.at(-1) ?? ''
    if (last.endsWith('\r')) this.#cells[this.#cells.length - 1] = last.slice(0, -1)
    return { cells: this.#cells, at, lines: this.#lines, isDoubtful: this.#isDoubtful }
  }
}
