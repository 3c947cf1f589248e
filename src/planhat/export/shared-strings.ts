import { BOUNDS } from './bounds.ts'
import { readWholeXml } from './xml.ts'
import { WorkbookProblem, type ZipParts } from './zip.ts'

/** Characters that XML cannot hold stand as `_x000D_`: ECMA-376 part 1, 22.9.2.19, ST_Xstring. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** The strings that cells name by number; without their phonetic readings. */
export async function readSharedStrings(zip: ZipParts, part: string): Promise<readonly string[]> {
  const strings: string[] = []
  let text = ''
  let length = 0
  let isText = false
  let isPhonetic = false
  const handler = {
    open(name: string) {
      if (name === 'si') text = ''
      else if (name === 'rPh') isPhonetic = true
      else if (name === 't') isText = !isPhonetic
    },
    close(name: string) {
      if (name === 't') isText = false
      else if (name === 'rPh') isPhonetic = false
      else if (name === 'si') strings.push(unescapeText(text.slice(0, BOUNDS.cellText)))
      if (strings.length > BOUNDS.sharedStrings) throw new WorkbookProblem('it has too many different texts')
    },
    text(piece: string) {
      if (!isText) return
      text += piece
      length += piece.length
      if (length > BOUNDS.sharedText) throw new WorkbookProblem('its texts are too long')
    },
  }
  await readWholeXml(zip.read(part, { atMost: BOUNDS.partBytes }), handler)
  return strings
}
