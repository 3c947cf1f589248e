/**
 * What the embedded Aircall's AI makes of its calls: it is there where a
 * transcript is (docs/reference/aircall-api.md section 4).
 */
import type { Insight } from '../../content-settings.ts'
import { type Answer, answer } from '../exchange.ts'
import { createRandom, hashParts, pickFrom, STREAM } from '../world/random.ts'
import { ACTION_LINES, SUMMARY_LINES, TOPICS } from '../world/speech.ts'
import type { AircallServerOptions } from './options.ts'

const PATHS: Readonly<Record<string, Insight>> = {
  summary: 'summary',
  topics: 'topics',
  sentiments: 'sentiment',
  action_items: 'actionItems',
}

export function insightOfPath(path: string | undefined): Insight | null {
  return path === undefined ? null : (PATHS[path] ?? null)
}

export function serveInsight(id: string, kind: Insight, o: AircallServerOptions): Answer {
  const { transcripts, insightsDenied, insightDelaySeconds } = o.switches
  if (transcripts === 'denied' || insightsDenied.includes(kind))
    return answer(403, { message: 'Forbidden access: company is not verified.' })
  const put = o.state.insights.of(id, kind)
  if (put !== undefined) return answer(put.status, put.body)
  const found = o.state.transcript(id)
  const endedAt = o.state.get(id)?.ended_at ?? Number.POSITIVE_INFINITY
  if (found.kind !== 'ready' || o.state.nowSeconds < endedAt + insightDelaySeconds)
    return answer(404, { message: 'Not Found' })
  return answer(200, makeInsight(o.state.seed, Number(id), kind))
}

function makeInsight(seed: number, id: number, kind: Insight): object {
  const random = createRandom(hashParts(seed, STREAM.insight, id % 2 ** 31))
  const base = { id, call_id: id, created_at: '2026-09-01T10:00:00.000Z' }
  switch (kind) {
    case 'summary':
      return { summary: { ...base, content: pickFrom(SUMMARY_LINES, random) } }
    case 'topics':
      return {
        topic: { ...base, content: [...new Set([pickFrom(TOPICS, random), pickFrom(TOPICS, random)])] },
      }
    case 'sentiment': {
      const value = pickFrom(['POSITIVE', 'POSITIVE', 'NEUTRAL', 'NEGATIVE'], random)
      return {
        sentiment: {
          id,
          call_id: id,
          participants: [{ phone_number: '+12025550143', value, type: 'external' }],
        },
      }
    }
    case 'actionItems': {
      const items = random() < 0.4 ? [] : [pickFrom(ACTION_LINES, random)]
      return {
        action_items: items.map((content, at) => ({ ...base, id: id + at, content, ai_generated: true })),
      }
    }
  }
}
