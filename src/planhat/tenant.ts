import type { PlanhatUser } from '../domain.ts'
import type { HttpClient } from '../http/client.ts'
import { readPages } from './pages.ts'
import { readUser, textOf } from './schema.ts'

export interface Company {
  readonly id: string
  readonly name: string | null
  readonly externalId: string | null
  readonly sourceId: string | null
  readonly country: string | null
}

export interface CustomField {
  /** The model it belongs to, in lower case: its spelling varies (docs/reference/planhat-api.md section 5). */
  readonly parent: string
  /** The display name, which is its key under `custom`. */
  readonly name: string
  readonly type: string
  readonly isMandatory: boolean
  readonly isFormula: boolean
  /** What may be picked, of a list or multi-pick field. */
  readonly options: readonly string[]
}

/** All users, as a rule in one request: 10,000 is both the default and the largest page (section 5). */
export async function readUsers(http: HttpClient, signal?: AbortSignal): Promise<PlanhatUser[]> {
  const users: PlanhatUser[] = []
  for await (const rows of readPages(http, { path: '/users', limit: 10_000, isWhole: true, signal })) {
    users.push(...rows.map((row) => readUser(row, 'GET /users')))
  }
  return users
}

export async function* readCompanies(http: HttpClient, signal?: AbortSignal): AsyncGenerator<Company[]> {
  for await (const rows of readPages(http, { path: '/companies', limit: 5000, signal })) {
    yield rows.map((row) => ({
      id: row._id,
      name: textOf(row, 'name'),
      externalId: textOf(row, 'externalId'),
      sourceId: textOf(row, 'sourceId'),
      country: textOf(row, 'country'),
    }))
  }
}

/** No filter by model is documented: the caller filters on `parent`. */
export async function readCustomFields(http: HttpClient, signal?: AbortSignal): Promise<CustomField[]> {
  const fields: CustomField[] = []
  for await (const rows of readPages(http, { path: '/customfields', limit: 2000, signal })) {
    for (const row of rows) {
      fields.push({
        parent: (textOf(row, 'parent') ?? '').toLowerCase(),
        name: textOf(row, 'name') ?? '',
        type: textOf(row, 'type') ?? '',
        isMandatory: row['isMandatory'] === true,
        isFormula: row['isFormula'] === true,
        options: optionsOf(row['listValues']),
      })
    }
  }
  return fields
}

function optionsOf(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
}
