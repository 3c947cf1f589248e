import type { ConversationSettings } from '../content-settings.ts'
import type { Call, EndUser, Match, PlanhatUser } from '../domain.ts'
import type { Person } from '../records.ts'

type WritableMatch = Match & { kind: 'matched' | 'shared-line' }

/** The matched End Users as Planhat takes them, absent keys left out; none for a shared line. */
export function endUsersOf(match: WritableMatch): Person[] {
  return match.kind === 'matched' ? match.endUsers.map(personOf) : []
}

/**
 * The Aircall agent as a Planhat user, whether they took the call or it rang at
 * them in vain (docs/contract.md section 6); nobody when Aircall names nobody.
 */
export function usersOf(
  call: Call,
  o: {
    readonly users: ReadonlyMap<string, PlanhatUser>
    readonly settings: Pick<ConversationSettings, 'users'>
  },
): Person[] {
  if (call.agent === null) return []
  const { name } = call.agent
  const email = call.agent.email?.trim() || null
  const id =
    (email === null
      ? undefined
      : (o.settings.users[email.toLowerCase()] ?? o.users.get(email.toLowerCase())?.id)) ??
    (name === null ? undefined : o.settings.users[name])
  if (id === undefined && !name && email === null) return []
  return [
    { ...(email === null ? {} : { email }), ...(id === undefined ? {} : { id }), ...(name ? { name } : {}) },
  ]
}

/** Who the subject names: the End User's e-mail, else name, else the number (docs/contract.md section 6). */
export function whoIs(match: WritableMatch): string {
  const first = match.kind === 'matched' ? match.endUsers[0] : null
  // "Unknown" is the automation's own word for a call without a number (docs/reference/automation.md section 5).
  return first?.email || first?.name || match.number || 'Unknown'
}

function personOf(endUser: Omit<EndUser, 'phones'>): Person {
  return {
    ...(endUser.email ? { email: endUser.email } : {}),
    id: endUser.id,
    ...(endUser.name ? { name: endUser.name } : {}),
  }
}
