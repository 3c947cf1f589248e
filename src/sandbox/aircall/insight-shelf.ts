import { INSIGHTS, type Insight } from '../../content-settings.ts'

/** What a test says of one call and insight, in Aircall's own words; it goes before what is made up. */
export interface InsightAnswer {
  readonly status: number
  readonly body: unknown
}

export class InsightShelf extends Map<string, InsightAnswer> {
  put(id: number | string, kind: Insight, body: unknown, status = 200): void {
    this.set(`${id} ${kind}`, { status, body })
  }

  /** All four are gone, as after the recording of the call was deleted. */
  drop(id: number | string): void {
    for (const kind of INSIGHTS) this.put(id, kind, { message: 'Not Found' }, 404)
  }

  of(id: number | string, kind: Insight): InsightAnswer | undefined {
    return this.get(`${id} ${kind}`)
  }
}
