/** Quoted whatever the reader's separator is, and wherever a line break or an outer space could be lost. */
const QUOTED = /[",\r\n;\t]|^\s|\s$/u

/**
 * PURE. One line of RFC 4180 with its line end. The same text as csv-stringify gives, several times as fast: of a
 * hundred thousand rows, the library takes longer for the writing than everything around it.
 */
export function toCsvLine(cells: readonly string[]): string {
  return `${cells.map(quote).join(',')}\r\n`
}

function quote(cell: string): string {
  return QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
