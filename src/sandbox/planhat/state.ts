/** The shelves of the embedded Planhat. Tests read and change them directly. */
import { createIdSource } from '../world/ids.ts'
import type { World } from '../world/world-types.ts'
import type { RawCompany, RawConversation, RawCustomField, RawEndUser, RawPlanhatUser } from './types.ts'

/** Conversations by `_id`, in the order of creation, found by `externalId` too. */
export class ConversationShelf extends Map<string, RawConversation> {
  readonly #byExternalId = new Map<string, Set<string>>()

  override set(id: string, record: RawConversation): this {
    this.#forget(id)
    if (record.externalId !== undefined) {
      const ids = this.#byExternalId.get(record.externalId) ?? new Set()
      this.#byExternalId.set(record.externalId, ids.add(id))
    }
    return super.set(id, record)
  }

  override delete(id: string): boolean {
    this.#forget(id)
    return super.delete(id)
  }

  override clear(): void {
    this.#byExternalId.clear()
    super.clear()
  }

  byExternalId(externalId: string): RawConversation[] {
    const ids = this.#byExternalId.get(externalId) ?? []
    return [...ids].map((id) => this.get(id)).filter((one): one is RawConversation => one !== undefined)
  }

  #forget(id: string): void {
    const known = super.get(id)?.externalId
    if (known !== undefined) this.#byExternalId.get(known)?.delete(id)
  }
}

export interface PlanhatState {
  readonly conversations: ConversationShelf
  readonly endUsers: Map<string, RawEndUser>
  readonly companies: Map<string, RawCompany>
  readonly users: Map<string, RawPlanhatUser>
  readonly customFields: RawCustomField[]
  readonly newId: () => string
}

function shelve<T extends { _id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item._id, item]))
}

export function createPlanhatState(world: World): PlanhatState {
  return {
    conversations: new ConversationShelf(),
    endUsers: shelve(world.endUsers),
    companies: shelve(world.companies),
    users: shelve(world.users),
    customFields: [...world.customFields],
    // Conversations are younger than the people of the world, and so are their ids.
    newId: createIdSource(world.seed + 0x8000),
  }
}
