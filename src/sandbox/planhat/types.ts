/** What the embedded Planhat holds, in Planhat's own words (docs/reference/planhat-api.md sections 2, 4 and 5). */
export interface RawPerson {
  id?: string
  name?: string
  email?: string
  [key: string]: unknown
}

export interface RawConversation {
  _id: string
  companyId: string
  companyName: string | null
  externalId?: string
  sourceId?: string
  type: string
  subject: string | null
  description: string | null
  snippet: string
  date: string
  createDate: string
  users: RawPerson[]
  endusers: RawPerson[]
  contactId?: string
  custom: Record<string, unknown>
  [key: string]: unknown
}

export interface RawEndUser {
  _id: string
  name: string
  firstName: string
  lastName: string
  email?: string
  externalId?: string
  companyId: string
  companyName: string
  phone: string
  position: string
  archived: boolean
  custom: Record<string, unknown>
  [key: string]: unknown
}

export interface RawCompany {
  _id: string
  name: string
  externalId?: string
  sourceId?: string
  country: string | null
  status: string
  [key: string]: unknown
}

export interface RawPlanhatUser {
  _id: string
  email: string
  nickName: string
  firstName: string
  lastName: string
  inactive: boolean
  [key: string]: unknown
}

export interface RawCustomField {
  _id: string
  parent: string
  name: string
  type: string
  isMandatory: boolean
  isFormula: boolean
  isHidden: boolean
  isFeatured: boolean
  listValues: string[]
}
