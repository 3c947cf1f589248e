import type { AircallClient } from '../../aircall/client.ts'
import { toMatchSettings } from '../../config/defaults.ts'
import { talkSeconds } from '../../conversation/outcome.ts'
import type { Call, Line, Match } from '../../domain.ts'
import { RefusedError } from '../../errors.ts'
import { HttpError } from '../../http/client.ts'
import { matchCall } from '../../match/match.ts'
import type { NumberWord, Settlement } from '../../match/number-word.ts'
import { readPhone } from '../../match/phone.ts'
import { rememberLookups, rememberReadings } from '../../match/remember.ts'
import { formatNoun } from '../../report/text/words.ts'
import { LINES } from '../../store/stored/facts.ts'
import type { Desk, Session } from '../run/session.ts'

export interface CallFilter {
  readonly direction?: 'inbound' | 'outbound'
  readonly user?: string
  readonly number?: string
  readonly minDurationSeconds?: number
}

export type Matcher = (call: Call) => Match

/** What a reviewer says in the plan in hand; it goes before what is remembered. */
export interface Said {
  ofCall(callId: string): Settlement | null
  ofNumber(number: string): NumberWord | null
}

const NOTHING: Said = { ofCall: () => null, ofNumber: () => null }

const ERASED: Match = { kind: 'filtered', number: null, because: 'The person was erased from this tool.' }

const LINES_KEY = 'aircall.lines'
const LINES_KNOWN = 'Lines that are seen on calls and match.ownNumbers are taken as own numbers all the same.'

/** Reads the account's own lines once a run, so that no End User who has one attracts every call. */
export async function refreshLines(session: Session, client: AircallClient): Promise<void> {
  try {
    const { items, unreadable } = await client.listNumbers(session.signal)
    const [why] = unreadable
    // A line that was readable once stays an own number.
    const before = why === undefined ? [] : (session.store.meta.read(LINES_KEY, LINES) ?? [])
    const missing = before.filter(({ id }) => !items.some((line) => line.id === id))
    session.store.meta.write(LINES_KEY, LINES, [...items, ...missing])
    if (why !== undefined) {
      const lines = `${formatNoun(unreadable.length, 'line')} of ${unreadable.length + items.length}`
      session.warn(
        'LINES_UNREADABLE',
        `${lines} of the Aircall account could not be read (${why}). ${LINES_KNOWN}`,
      )
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    session.warn(
      'LINES_UNREADABLE',
      `The account's Aircall lines could not be read (${error.status}). ${LINES_KNOWN}`,
    )
  }
}

/** The matcher of a run: index, own numbers, filters and what reviewers settled. @throws RefusedError INDEX_EMPTY. */
export function createMatcher(session: Desk, filter: CallFilter = {}, said: Said = NOTHING): Matcher {
  const { store, settings } = session
  if (store.index.size.endUsers === 0) {
    throw new RefusedError(
      'INDEX_EMPTY',
      'The phone index holds no End User, so every call would be unmatched.',
      {
        suggestions: ['aircall-sync index pull', 'aircall-sync index import end-users.xlsx'],
      },
    )
  }
  const matchSettings = toMatchSettings(settings.config)
  if (matchSettings.fallbackNumber !== null) {
    session.warn(
      'FALLBACK_NUMBER',
      'match.fallbackNumber is set: calls of strangers are written under the End User who has it.',
    )
  }
  // Collected at the first call: by then the run has read the account's lines,
  // which the first run does not know before.
  let known: ReturnType<typeof collectOwnNumbers> | null = null
  const index = rememberLookups(store.index)
  const read = rememberReadings()
  const spoken = (number: string) => said.ofNumber(number) ?? store.numberWords.get(number)
  return (call) => {
    if (store.erased.has('call', call.id)) return ERASED
    known ??= collectOwnNumbers(session)
    const own = known
    own.add(call.line)
    return matchCall(call, {
      index,
      read,
      settings: matchSettings,
      ownNumbers: own.numbers,
      filter: (candidate) => isFiltered(candidate, filter),
      settled: said.ofCall(call.id) ?? store.decisions.get(call.id),
      spoken,
    })
  }
}

/** The account's lines, the configured numbers, and every line that is met on a call. */
export function collectOwnNumbers({ store, settings }: Pick<Desk, 'store' | 'settings'>) {
  const { defaultCountry, match } = settings.config
  const numbers = new Set<string>()
  const seen = new Set<string>()
  const addNumber = (digits: string | null, country: string) => {
    if (digits === null || seen.has(digits)) return
    seen.add(digits)
    const reading = readPhone(digits, country)
    if (reading.kind === 'number') numbers.add(reading.e164)
  }
  const add = (line: Line | null) => addNumber(line?.digits ?? null, line?.country ?? defaultCountry)
  for (const line of store.meta.read(LINES_KEY, LINES) ?? []) add(line)
  for (const number of match.ownNumbers) addNumber(number, defaultCountry)
  return { numbers, add }
}

function isFiltered(call: Call, filter: CallFilter): boolean {
  if (filter.direction !== undefined && call.direction !== filter.direction) return true
  if (filter.user !== undefined && call.agent?.email?.toLowerCase() !== filter.user.toLowerCase()) return true
  if (filter.number !== undefined && !isOnLine(call, filter.number)) return true
  return filter.minDurationSeconds !== undefined && talkSeconds(call) < filter.minDurationSeconds
}

/**
 * `--number` names an Aircall line as people see it: spaces and signs do not
 * matter, the digits must be all the same.
 */
function isOnLine(call: Call, number: string): boolean {
  const digits = (text: string) => text.replace(/\D/g, '')
  return call.line?.digits != null && digits(call.line.digits) === digits(number)
}
