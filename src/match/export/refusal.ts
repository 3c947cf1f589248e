import { closest, distance } from 'fastest-levenshtein'
import { UsageError } from '../../errors.ts'
import { letterOf, mappableFields } from './columns.ts'
import { HEADER_ROWS, type HeaderFinding } from './header.ts'
import { isSurelyHeader, sayLabels } from './labels.ts'

/** A sheet in which no table of End Users was found. */
export interface Miss {
  /** Null where the file has no sheets. */
  readonly sheet: string | null
  readonly finding: Exclude<HeaderFinding, { kind: 'found' }>
}

const sayPlace = (sheet: string | null): string => (sheet === null ? 'the file' : `sheet "${sheet}"`)
const NOTES_SHOWN = 10
const FIELD_NAMES: Readonly<Record<string, string>> = { id: 'id', companyId: 'company id', phone: 'phone' }

/** Why a sheet is not read, in some words. */
export function sayMiss({ finding }: Miss): string {
  if (finding.kind === 'no-header') return 'no header row'
  if (finding.finding.kind === 'twice') return `two columns for ${finding.finding.field}`
  const lacks = [
    ...finding.finding.missing.map((name) => FIELD_NAMES[name] ?? name),
    ...finding.finding.unmapped,
  ]
  return `no column for ${lacks.join(' or ')}`
}

/**
 * @returns the refusal of a file in which no table was found. It names columns
 * by words of headers or by place only.
 */
export function refuseFile(
  misses: readonly Miss[],
  { map, notes }: { map: ReadonlyMap<string, string>; notes: readonly string[] },
): UsageError {
  const known = (miss: Miss) => ('finding' in miss.finding ? miss.finding.finding.known : -1)
  const [nearest] = [...misses].sort((a, b) => known(b) - known(a))
  if (nearest === undefined) return nothingToRead(notes)
  const { finding, sheet } = nearest
  const others = misses.filter((miss) => miss !== nearest && miss.sheet !== null)
  const said = others.map((miss) => `Sheet "${miss.sheet}": ${sayMiss(miss)}`)
  const more = [...said, ...notes].slice(0, NOTES_SHOWN)
  if (finding.kind === 'no-header') return noHeader(sheet, finding.startsWithData, more)
  if (finding.finding.kind === 'twice') return refuseTwice(nearest)
  const { missing, unmapped } = finding.finding
  const columns = sayColumns(finding)
  const [field] = unmapped
  if (field !== undefined) return unknownColumn(field, map.get(field) ?? '', { ...finding, columns, more })
  return new UsageError(
    'COLUMNS_UNKNOWN',
    `No column of ${sayPlace(sheet)} is known to be the End User's ${missing.join(' or ')}.`,
    { suggestions: [columns, ...missing.map((name) => `Name it with --map "${name}=<column>"`), ...more] },
  )
}

function nothingToRead(notes: readonly string[]): UsageError {
  return new UsageError('COLUMNS_UNKNOWN', 'The file has no visible sheet with cells in it.', {
    suggestions: [...notes.slice(0, NOTES_SHOWN), 'Show the sheet with the End Users and save the file'],
  })
}

type Found = Extract<HeaderFinding, { finding: unknown }>

function sayColumns({ labels, line, finding }: Found): string {
  const said = sayLabels(labels, isSurelyHeader(labels, finding.known))
  const place = line > 1 ? ` (row ${line})` : ''
  return `Columns of the file${place}: ${said.join(', ') || '(none)'}`
}

function unknownColumn(
  field: string,
  text: string,
  o: Found & { columns: string; more: readonly string[] },
): UsageError {
  const labels = sayLabels(o.labels, isSurelyHeader(o.labels, o.finding.known))
  const near = labels.length > 0 ? closest(text, labels) : ''
  const hint = near && distance(near, text) <= 3 ? [`Did you mean --map "${field}=${near}"?`] : []
  return new UsageError('MAP_UNKNOWN_COLUMN', `--map ${field}=…: the file has no column "${text}".`, {
    suggestions: [...hint, o.columns, ...o.more],
  })
}

function noHeader(sheet: string | null, startsWithData: boolean, more: readonly string[] = []): UsageError {
  const why = startsWithData
    ? `its first row is data already`
    : `none of its first ${HEADER_ROWS} rows names an id, a company id and a phone`
  return new UsageError('COLUMNS_UNKNOWN', `There is no header row in ${sayPlace(sheet)}: ${why}.`, {
    suggestions: [
      'Write the names of the columns above the data: Id, Company Id, Phone, Name, Email',
      'Or name them by place: --map "id=column A" --map "companyId=column E" --map "phone=column D"',
      ...more,
    ],
  })
}

/** Two columns for what decides whose a call is; nobody but the user knows which. */
export function refuseTwice({ sheet, finding }: Miss): UsageError {
  if (finding.kind === 'no-header' || finding.finding.kind !== 'twice')
    throw new Error('nothing is there twice')
  const { field, columns } = finding.finding
  const letters = columns.map(letterOf)
  return new UsageError(
    'COLUMNS_AMBIGUOUS',
    `Columns ${letters.join(' and ')} of ${sayPlace(sheet)} may both ` +
      `be the End User's ${field} (header in row ${finding.line}).`,
    { suggestions: letters.map((letter) => `--map "${field}=column ${letter}" takes column ${letter}`) },
  )
}

/** @throws UsageError MAP_UNKNOWN_FIELD for a field that nothing is known of. */
export function demandFields(map: ReadonlyMap<string, string>, phoneFields: readonly string[]): void {
  const allowed = mappableFields(phoneFields)
  for (const name of map.keys()) {
    if (allowed.includes(name)) continue
    throw new UsageError('MAP_UNKNOWN_FIELD', `--map ${name}=…: there is no field "${name}".`, {
      suggestions: [`Did you mean ${closest(name, allowed)}? Fields: ${allowed.join(', ')}`],
    })
  }
}
