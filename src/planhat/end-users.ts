import type { EndUser, PhoneField } from '../domain.ts'
import type { HttpClient } from '../http/client.ts'
import { NO_TEXT } from '../match/export/cell.ts'
import { type RowProblem, readCompanyReference, readOwnId } from '../match/export/end-user-row.ts'
import { askRows } from './ask.ts'
import { readPages } from './pages.ts'
import { isKeyless, type Row, readAnyRow, textOf } from './schema.ts'

/** docs/reference/planhat-api.md section 4: the largest page of `GET /endusers`. */
const PAGE = 2000
/** Section 8, rule 12. */
const SELECT = '_id,name,email,phone,companyId,companyName,archived,country,custom'
/** Without one of these on any row of a page, `select` was not understood. */
const EXPECTED = ['companyId', 'phone', 'custom']

export interface EndUserQuery {
  /** Where telephone numbers stand: `phone` or `custom.<display name>`. Defaults to docs/contract.md section 7. */
  readonly phoneFields?: readonly string[]
  /** Archived End Users are hidden by Planhat unless asked for. */
  readonly archived?: 'leave-out' | 'include'
  /** Told of each row that gives no End User, by its reason. */
  readonly leaveOut?: (reason: RowProblem) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * All End Users, page by page. Planhat has no filter by phone and none by change, so all are read. When the
 * selected keys do not come back, the list is read without `select`: whole rows, the same number of requests.
 * A row without an id or a company, or whose id is none, is left out and counted, as in an exported file.
 */
export async function* readEndUsers(http: HttpClient, query: EndUserQuery = {}): AsyncGenerator<EndUser[]> {
  const { phoneFields = ['phone', 'custom.Phone 2'], archived = 'leave-out', leaveOut, signal } = query
  const path = '/endusers'
  const filter = archived === 'include' ? { archived: 'true' } : {}
  const toEndUsers = (rows: Row[]) =>
    rows.flatMap((row) => readEndUser(row, { phoneFields, archived, leaveOut }))
  let isProven = false
  for await (const rows of readPages(http, {
    path,
    limit: PAGE,
    query: { ...filter, select: SELECT },
    keyless: 'count',
    signal,
  })) {
    if (!isProven && !EXPECTED.every((key) => rows.some((row) => key in row))) {
      for await (const whole of readPages(http, {
        path,
        limit: PAGE,
        query: filter,
        keyless: 'count',
        signal,
      })) {
        yield toEndUsers(whole)
      }
      return
    }
    isProven = true
    yield toEndUsers(rows)
  }
}

type RowOptions = Pick<Required<EndUserQuery>, 'phoneFields' | 'archived'> & {
  readonly leaveOut: EndUserQuery['leaveOut'] | undefined
}

function readEndUser(row: Row, { phoneFields, archived, leaveOut }: RowOptions): EndUser[] {
  const isArchived = row['archived'] === true
  if (isArchived && archived === 'leave-out') return []
  const id = readOwnId(isKeyless(row) ? '' : row._id, 'api')
  const companyId = readCompanyReference(textOf(row, 'companyId') ?? '', 'api')
  const problem = 'problem' in id ? id : companyId
  if ('problem' in problem) leaveOut?.(problem.problem)
  if ('problem' in id || 'problem' in companyId) return []
  const parts = [textOf(row, 'firstName'), textOf(row, 'lastName')].filter((part) => part !== null)
  return [
    {
      id: id.value,
      name: textOf(row, 'name') ?? (parts.join(' ') || null),
      email: textOf(row, 'email'),
      companyId: companyId.value,
      companyName: textOf(row, 'companyName'),
      country: readCountry(textOf(row, 'country')),
      archived: isArchived,
      phones: phoneFields.flatMap((field) => readPhones(row, field)),
    },
  ]
}

/** A custom field of type phone is text; a list of several numbers and a bare number are understood too. */
function readPhones(row: Row, field: string): PhoneField[] {
  const custom = row['custom']
  const isCustom = field.startsWith('custom.')
  const holder = isCustom && typeof custom === 'object' && custom !== null ? custom : row
  if (isCustom && holder === row) return []
  const value = (holder as Record<string, unknown>)[isCustom ? field.slice('custom.'.length) : field]
  const raws = Array.isArray(value) ? value : [value]
  return raws
    .filter((raw) => raw !== null && raw !== undefined)
    .map((raw) => ({ field, raw: typeof raw === 'object' ? NO_TEXT : String(raw).trim() }))
    .filter(({ raw }) => raw !== '')
}

/** Only a two-letter code is taken: a country's name could be written in any language. */
function readCountry(text: string | null): string | null {
  return text !== null && /^[A-Za-z]{2}$/.test(text) ? text.toUpperCase() : null
}

/** A company's first End Users are enough to find one with an e-mail. */
const SOME = 50

/**
 * Somebody of one company, rather with an e-mail than without; null where it has nobody. One request, by the documented
 * filter `companyId` (docs/reference/planhat-api.md section 4); rows of other companies are not taken.
 */
export async function readSomeEndUser(
  http: HttpClient,
  companyId: string,
  signal?: AbortSignal,
): Promise<{ id: string; email: string | null } | null> {
  const query = { companyId, sort: '_id', limit: SOME, select: '_id,email,companyId' }
  const raw = await askRows(http, { path: '/endusers', query, signal })
  const people = raw
    .map((row) => readAnyRow(row))
    .filter((row) => !isKeyless(row) && textOf(row, 'companyId') === companyId)
    .map((row) => ({ id: row._id, email: textOf(row, 'email') }))
  return people.find(({ email }) => email !== null) ?? people[0] ?? null
}
