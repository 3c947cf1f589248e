import type { ReportModel } from '../../../src/report/page/model.ts'
import { emptySummary } from '../../../src/report/summary.ts'

const NAMES = [
  'Grace Hopper',
  'Ada Lovelace',
  'Mary Jackson',
  'Annie Easley',
  'Radia Perlman',
  'sophie.wilson@example.com',
]

/** A whole report of a made-up month. */
export function aModel(changes: Partial<ReportModel> = {}): ReportModel {
  const empty = emptySummary({
    id: '20261122-201455-ab12',
    command: 'backfill',
    mode: 'plan',
    startedAt: '2026-11-22T20:14:55.000Z',
    endedAt: '2026-11-22T20:33:10.000Z',
    since: '2026-10-01T00:00:00.000Z',
    until: '2026-11-22T20:14:55.000Z',
  })
  const buckets = {
    ...empty.calls.buckets,
    matched: 3410,
    'shared-line': 212,
    ambiguous: 48,
    proposed: 9,
    unmatched: 431,
    anonymous: 96,
    'invalid-number': 4,
    'own-number': 61,
    'in-progress': 2,
  }
  return {
    summary: {
      ...empty,
      calls: { read: 4273, buckets },
      transcripts: { eligible: 2950, ready: 2871, pending: 52, none: 27, denied: 0, assumed: 0 },
      records: { create: 6102, update: 391, unchanged: 0, hold: 488, skip: 163 },
      requests: {
        aircall: { total: 3044, pages: 86, transcripts: 2950, insights: 0, throttled: 1, retried: 3 },
        planhat: { total: 18, reads: 18, writes: 0, throttled: 0, retried: 0 },
      },
      files: {
        review: '/home/ada/.local/state/aircall-sync/runs/20261122-201455-ab12/review.csv',
        held: '',
        drift: '',
        report: '/home/ada/.local/state/aircall-sync/runs/20261122-201455-ab12/report.html',
        failures: '',
        summary: '/home/ada/.local/state/aircall-sync/runs/20261122-201455-ab12/summary.json',
      },
      warnings: [
        {
          code: 'TRANSCRIPTS_PENDING',
          message: 'Aircall has not finished 52 transcripts yet; later runs ask for them again.',
        },
      ],
    },
    profile: null,
    timezone: 'Europe/Paris',
    reveal: false,
    soFar: null,
    callsPerDay: Array.from({ length: 53 }, (_, at) => aDay(at)),
    agents: NAMES.map((name, at) => ({
      name,
      voicemail: at,
      unanswered: 3 * at,
      inbound: 420 - at * 61,
      outbound: 190 + ((at * 97) % 260),
      missed: 12 + at * 5,
      inboundTalkSeconds: 98_000 - at * 14_321,
      outboundTalkSeconds: 51_250 + at * 7_777,
    })),
    companies: [
      {
        name: 'Orbit & Sons',
        inbound: 30,
        missed: 4,
        voicemail: 1,
        outbound: 9,
        unanswered: 2,
        inboundTalkSeconds: 7200,
        outboundTalkSeconds: 600,
      },
      {
        name: 'No company',
        inbound: 5,
        missed: 1,
        voicemail: 0,
        outbound: 2,
        unanswered: 1,
        inboundTalkSeconds: 60,
        outboundTalkSeconds: 20,
      },
    ],
    hygiene: [
      {
        calls: 38,
        number: '2025550147',
        endUser: 'Katherine Johnson',
        company: 'Orbit & Sons',
        field: 'phone',
        problem: 'No country code',
        remedy: 'Write it as +1 202-555-0147',
      },
      {
        calls: 11,
        number: '+33199001234',
        endUser: null,
        company: null,
        field: null,
        problem: 'Called often, held by nobody',
        remedy: 'Add it to an End User',
      },
    ],
    held: [
      {
        calls: 420,
        lastAt: Date.UTC(2026, 10, 20, 9, 12) / 1000,
        bucket: 'ambiguous',
        number: '+12025550143',
        because: 'Borne by two End Users of two companies.',
        candidates: [
          { id: 'a1@c1', name: 'Dorothy Vaughan (Orbit & Sons)' },
          { id: 'b2@c2', name: 'Hedy <b>Lamarr</b> (Frequency "Hop" Ltd)' },
        ],
      },
      {
        calls: 68,
        lastAt: Date.UTC(2026, 10, 21, 15, 2) / 1000,
        bucket: 'unmatched',
        number: '+442079460018',
        because: 'No End User has +44 20 7946 0018.',
        candidates: [],
      },
    ],
    heldCalls: 488,
    insights: {
      sentiment: {
        values: ['positive', 'neutral', 'negative'],
        weeks: [
          {
            name: '2026-W44',
            calls: 30,
            counts: new Map([
              ['positive', 20],
              ['neutral', 8],
              ['negative', 2],
            ]),
          },
          { name: '2026-W45', calls: 12, counts: new Map([['positive', 12]]) },
        ],
        agents: [{ name: 'Ada <Lovelace>', calls: 42, counts: new Map([['positive', 32]]) }],
      },
      topics: {
        values: ['billing', 'payment', 'log-in', 'renewal', 'onboarding', 'R&D', 'refund', 'invoice'],
        weeks: [
          {
            name: '2026-W44',
            calls: 9,
            counts: new Map([
              ['billing', 4],
              ['refund', 3],
              ['invoice', 2],
            ]),
          },
        ],
        agents: [{ name: 'Nobody', calls: 9, counts: new Map([['billing', 9]]) }],
      },
    },
    driftPerDay: [],
    waitedMs: { aircall: 41_000, planhat: 0 },
    ...changes,
  }
}

function aDay(at: number) {
  const day = new Date(Date.UTC(2026, 9, 1 + at))
  const isWeekend = day.getUTCDay() % 6 === 0
  const scale = isWeekend ? 0.12 : 1
  return {
    day: day.toISOString().slice(0, 10),
    answered: Math.round((70 + ((at * 37) % 23)) * scale),
    missed: Math.round((14 + ((at * 13) % 9)) * scale),
    voicemail: Math.round((5 + (at % 4)) * scale),
  }
}
