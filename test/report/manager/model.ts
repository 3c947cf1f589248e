import type { Call, Match } from '../../../src/domain.ts'
import { createFigures } from '../../../src/report/manager/figures.ts'
import type { ManagerModel } from '../../../src/report/manager/model.ts'
import { aCall, aMatch } from '../../support/builders.ts'
import { aModel } from '../page/model.ts'

const SINCE = Date.UTC(2026, 8, 3) / 1000
const UNTIL = Date.UTC(2026, 10, 27) / 1000
const AGENTS = [
  'Grace Hopper',
  'Ada Lovelace',
  'Mary Jackson',
  'Annie Easley',
  'Radia <b>Perlman</b>',
  'A very long name, as some people have, of Wherever',
]
const REASONS = [
  'no_available_agent',
  'out_of_opening_hours',
  'short_abandoned',
  'abandoned_in_ivr',
  'made_up_by_aircall',
  null,
]
const COMPANIES = ['Orbit & Sons', 'Frequency "Hop" Ltd', 'Analytical Engines', 'Difference & Co']

/** The report of a made-up quarter, the same at each time. */
export function aManagerModel(changes: Partial<ManagerModel> = {}): ManagerModel {
  const book = createFigures({ since: SINCE, until: UNTIL }, 'Europe/Paris')
  for (let at = 0; at < 1500; at += 1) book.add(...callAt(at))
  return {
    since: new Date(SINCE * 1000).toISOString(),
    until: new Date(UNTIL * 1000).toISOString(),
    madeAt: '2026-11-27T10:00:00.000Z',
    profile: null,
    timezone: 'Europe/Paris',
    reveal: false,
    figures: book.figures(),
    hygiene: aModel().hygiene,
    hasIndex: true,
    insights: aModel().insights,
    unread: [],
    ...changes,
  }
}

/** Spread over the range with primes, so that no two columns of the page are alike. */
function callAt(at: number): [Call, Match] {
  const isInbound = at % 5 < 3
  const startedAt = SINCE + at * 4_880 + ((at * 7_919) % 3_600)
  const isAnswered = at % 7 !== 3 && at % 11 !== 5
  const answeredAt = isAnswered ? startedAt + ((at * 13) % 41) : null
  const who = (at * 7) % AGENTS.length
  const call = aCall({
    id: String(5_000_000 + at),
    direction: isInbound ? 'inbound' : 'outbound',
    startedAt,
    answeredAt,
    endedAt: startedAt + 45 + ((at * 101) % 1_900),
    missedReason: isAnswered ? null : (REASONS[at % REASONS.length] ?? null),
    hasVoicemail: at % 9 === 0,
    agent: isAnswered ? { id: String(who), name: AGENTS[who] ?? null, email: null } : null,
    line: {
      id: String(at % 3),
      name: at % 3 === 2 ? null : `Line ${at % 3}`,
      digits: '+1 202-555-0100',
      country: 'US',
    },
  })
  const companyName = COMPANIES[at % COMPANIES.length] ?? null
  const match = aMatch({ companyId: `co-${at % COMPANIES.length}`, companyName })
  return [
    call,
    at % 6 === 0 ? { kind: 'unmatched', number: '+12025550199', because: '-', candidates: [] } : match,
  ]
}
