import { crc32, deflateRawSync } from 'node:zlib'

/** The parts of a ZIP file, by their names. `size` claims another length than the part has. */
export type Parts = Readonly<Record<string, string | Uint8Array>>

/** A ZIP file of these parts, compressed: APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16. */
export function zip(parts: Parts): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content as string)
    const packed = deflateRawSync(bytes)
    const about = Buffer.alloc(26)
    about.writeUInt16LE(20, 0)
    about.writeUInt16LE(8, 4)
    about.writeUInt32LE(crc32(bytes), 10)
    about.writeUInt32LE(packed.length, 14)
    about.writeUInt32LE(bytes.length, 18)
    about.writeUInt16LE(Buffer.byteLength(name), 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), about, Buffer.from(name), packed])
    files.push(file)
    const version = Buffer.from([20, 0])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), version, about, place, Buffer.from(name)]))
    offset += file.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...files, list, Buffer.from('PK\x05\x06'), end])
}

export interface SheetSpec {
  readonly name: string
  readonly state?: 'hidden' | 'veryHidden'
  /** Cells as text; an object is the XML of a cell's inside with its type. */
  readonly rows?: readonly (readonly (string | { readonly type: string; readonly xml: string })[])[]
  /** The whole part, instead of `rows`. */
  readonly xml?: string
  readonly chart?: boolean
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const toXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export const columnLetter = (column: number): string =>
  (column < 26 ? '' : columnLetter(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26))

/** A sheet as Excel writes it: cells with their places, blank ones left out. */
export function sheetXml(rows: NonNullable<SheetSpec['rows']>): string {
  const toCell = (cell: (typeof rows)[number][number], column: number, row: number): string => {
    if (cell === '') return ''
    const place = `${columnLetter(column)}${row + 1}`
    if (typeof cell !== 'string') return `<c r="${place}" t="${cell.type}">${cell.xml}</c>`
    return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${toXml(cell)}</t></is></c>`
  }
  const lines = rows.map((cells, row) => {
    const inside = cells.map((cell, column) => toCell(cell, column, row)).join('')
    return `<row r="${row + 1}">${inside}</row>`
  })
  return `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${lines.join('')}</sheetData></worksheet>`
}

/** The parts of a workbook, for whoever wants to spoil one. */
export function workbookParts(sheets: readonly SheetSpec[], shared?: readonly string[]): Parts {
  const entries = sheets.map(
    ({ name, state }, i) =>
      `<sheet name="${toXml(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"${state ? ` state="${state}"` : ''}/>`,
  )
  const relations = sheets.map(
    ({ chart }, i) =>
      `<Relationship Id="rId${i + 1}" Type="${RELATIONS}/${chart ? 'chartsheet' : 'worksheet'}" ` +
      `Target="worksheets/sheet${i + 1}.xml"/>`,
  )
  const strings = `<Relationship Id="rIdS" Type="${RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>`
  const wrap = (inside: string) =>
    `${HEAD}<Relationships ` +
    `xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inside}</Relationships>`
  return {
    '_rels/.rels': wrap(`<Relationship Id="r" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/>`),
    'xl/workbook.xml':
      `${HEAD}<workbook xmlns="${MAIN}" ` +
      `xmlns:r="${RELATIONS}"><sheets>${entries.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': wrap(relations.join('') + (shared ? strings : '')),
    ...(shared
      ? {
          'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${shared.map((si) => `<si>${si}</si>`).join('')}</sst>`,
        }
      : {}),
    ...Object.fromEntries(
      sheets.map((sheet, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheet.xml ?? sheetXml(sheet.rows ?? [])]),
    ),
  }
}

export const workbook = (sheets: readonly SheetSpec[], shared?: readonly string[]): Buffer =>
  zip(workbookParts(sheets, shared))
