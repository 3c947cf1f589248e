import type { ProbeName } from '../../run/tenant-facts.ts'
import type { Bench, Posted } from './bench.ts'

/** What a question learnt: `answer` is one of its words in docs/contract.md section 14, or `unknown`. */
export interface Answer {
  readonly answer: string
  /** Why it is unknown, or what was seen; nothing of a person. Empty where the answer says it all. */
  readonly detail: string
}

/** One thing that Planhat does not document, found out by writing. What it makes, the bench takes away. */
export interface Probe {
  readonly name: ProbeName
  ask(bench: Bench): Promise<Answer>
}

export const unknown = (detail: string): Answer => ({ answer: 'unknown', detail })

export const yes: Answer = { answer: 'yes', detail: '' }

export const no = (detail: string): Answer => ({ answer: 'no', detail })

export const refusedBy = (posted: Posted & { kind: 'refused' }): string =>
  `Planhat refused it (${posted.status}${posted.words === '' ? '' : `: ${posted.words}`})`
