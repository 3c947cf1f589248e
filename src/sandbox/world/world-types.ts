import type { Bucket } from '../../domain.ts'
import type { RawLine, RawUser } from '../aircall/types.ts'
import type { RawCompany, RawCustomField, RawEndUser, RawPlanhatUser } from '../planhat/types.ts'
import type { MadeNumber } from './numbers.ts'

/** Whose call it is, by construction and not by matching. */
export interface Truth {
  readonly bucket: Bucket
  readonly endUserId?: string
  readonly companyId?: string
}

/** A party who can call or be called, with the truth about it. */
export interface Caller {
  readonly raw: string
  readonly e164: string | null
  readonly country: string | null
  readonly name: string | null
  readonly truth: Truth
}

export type CallerKind = 'known' | 'shared' | 'ambiguous' | 'archived' | 'proposed' | 'unreadable' | 'own'

export interface World {
  readonly seed: number
  readonly nowMs: number
  readonly companies: readonly RawCompany[]
  readonly endUsers: readonly RawEndUser[]
  readonly users: readonly RawPlanhatUser[]
  readonly customFields: readonly RawCustomField[]
  readonly agents: readonly RawUser[]
  readonly lines: readonly RawLine[]
  /** The parties of the made-up calls, by what the truth about them is. */
  readonly callers: Readonly<Record<CallerKind, readonly Caller[]>>
}

/** A seat for one number while End Users are made. */
export type NumberSource = (country: string) => MadeNumber | null
