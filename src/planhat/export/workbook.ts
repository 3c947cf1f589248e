import { posix } from 'node:path'
import { BOUNDS } from './bounds.ts'
import { attribute, readWholeXml } from './xml.ts'
import { WorkbookProblem, type ZipParts } from './zip.ts'

/** ECMA-376 part 1: what a workbook says of one sheet. `part` is null for a chart or a macro. */
export interface SheetEntry {
  readonly name: string
  readonly state: 'visible' | 'hidden' | 'very-hidden'
  readonly part: string | null
}

export interface Workbook {
  readonly sheets: readonly SheetEntry[]
  readonly sharedStrings: string | null
}

interface Relation {
  readonly type: string
  readonly target: string
}

/** Where the parts stand that `part` names, by id. */
async function readRelations(zip: ZipParts, part: string): Promise<ReadonlyMap<string, Relation>> {
  const relations = new Map<string, Relation>()
  const folder = posix.dirname(part)
  const list = posix.join(folder, '_rels', `${posix.basename(part)}.rels`)
  if (!zip.has(list)) return relations
  await readWholeXml(zip.read(list, { atMost: BOUNDS.listBytes }), {
    open(name, attributes) {
      if (name !== 'Relationship') return
      const [id, type, target] = ['Id', 'Type', 'Target'].map((key) => attribute(attributes, key) ?? '')
      if (!id || !type || !target) return
      const place = target.startsWith('/') ? target.slice(1) : posix.join(folder, target)
      relations.set(id, { type: posix.basename(type), target: place })
    },
  })
  return relations
}

async function findWorkbook(zip: ZipParts): Promise<string> {
  const root = [...(await readRelations(zip, '.')).values()].find((one) => one.type === 'officeDocument')
  const part = root?.target ?? 'xl/workbook.xml'
  if (!zip.has(part)) throw new WorkbookProblem('it has no list of sheets')
  return part
}

const STATES: Readonly<Record<string, SheetEntry['state']>> = { hidden: 'hidden', veryHidden: 'very-hidden' }

/** Which sheets a workbook has, in its order. */
export async function readWorkbook(zip: ZipParts): Promise<Workbook> {
  const part = await findWorkbook(zip)
  const relations = await readRelations(zip, part)
  const sheets: SheetEntry[] = []
  await readWholeXml(zip.read(part, { atMost: BOUNDS.listBytes }), {
    open(tag, attributes) {
      if (tag !== 'sheet') return
      const relation = relations.get(
        Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1] ?? '',
      )
      sheets.push({
        name: attribute(attributes, 'name') ?? '',
        state: STATES[attribute(attributes, 'state') ?? ''] ?? 'visible',
        part: relation?.type === 'worksheet' && zip.has(relation.target) ? relation.target : null,
      })
      if (sheets.length > BOUNDS.sheets) throw new WorkbookProblem('it has too many sheets')
    },
  })
  const shared = [...relations.values()].find((one) => one.type === 'sharedStrings')?.target ?? null
  return { sheets, sharedStrings: shared !== null && zip.has(shared) ? shared : null }
}
