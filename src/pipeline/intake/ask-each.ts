import pLimit from 'p-limit'
import type { AircallClient } from '../../aircall/client.ts'
import type { Call } from '../../domain.ts'
import type { Session } from '../run/session.ts'
import { createPatience, type Patience } from './patience.ts'

/** At 120 requests a minute a start every 0.5 s; eight in flight hide four seconds of latency. */
const IN_FLIGHT = 8

/** Named one by one; the rest as a number, because a night's log must stay readable. */
const MOST_NAMED = 5

type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'denied'; readonly message: string }

/** What Aircall is asked for of each call, one request a call, and where its answers are kept. */
export interface Question<A extends Answer> {
  /** Such as `transcript` and `transcripts`. */
  readonly name: { readonly one: string; readonly many: string }
  /** The code of the warning for one that cannot be read. */
  readonly unreadable: string
  ask(callId: string): Promise<A>
  isReady(callId: string): boolean
  saveReady(call: Call, answer: Extract<A, { kind: 'ready' }>, nowMs: number): void
  saveState(callId: string, state: 'pending' | 'none' | 'denied', nowMs: number): void
  /** Aircall refuses it to this account: met once, said once, and nothing more is asked. */
  sayDenied(message: string): void
}

/** Asks in several goes, all with one patience. */
export interface Asker {
  /** Asks for these, a bounded number at a time. Returns false when the account turned out to be denied. */
  ask(due: Iterable<Call>): Promise<boolean>
  /** At the end, also after a failure. */
  close(): void
}

interface Asking<A extends Answer> {
  readonly session: Session
  readonly client: AircallClient
  readonly question: Question<A>
  readonly patience: Patience
  readonly total: number
  answered: boolean
  denied: boolean
  done: number
  unreadable: number
}

/** Stores every answer as it arrives. `total`: how many at most. */
export function openAsker<A extends Answer>(
  session: Session,
  client: AircallClient,
  { question, total }: { readonly question: Question<A>; readonly total: number },
): Asker {
  const { name, unreadable } = question
  const patience = createPatience(client)
  const none = { answered: false, denied: false, done: 0, unreadable: 0 }
  const asking: Asking<A> = { session, client, question, patience, total, ...none }
  session.progress.start(total, name.many)
  return {
    async ask(due) {
      await askAll(asking, due)
      return !asking.denied
    },
    close() {
      session.progress.stop()
      const unnamed = asking.unreadable - MOST_NAMED
      if (unnamed > 0)
        session.warn(unreadable, `${unnamed} more ${name.many} could not be read; they stay pending.`)
    },
  }
}

/** Whether what is asked for may still be on its way. */
export function isYoung({ clock, settings }: Session, call: Call): boolean {
  const ageHours = (clock.nowMs() / 1000 - (call.endedAt ?? call.startedAt)) / 3600
  return ageHours < settings.config.transcripts.giveUpAfterHours
}

async function askAll<A extends Answer>(asking: Asking<A>, due: Iterable<Call>): Promise<void> {
  const limit = pLimit(IN_FLIGHT)
  const running = new Set<Promise<void>>()
  try {
    for (const call of due) {
      if (asking.denied) break
      asking.session.signal.throwIfAborted()
      const task = limit(() => askOne(asking, call)).finally(() => running.delete(task))
      running.add(task)
      // The first answer decides whether the account is entitled at all; after it, the window is what bounds memory.
      if (!asking.answered) await task
      else if (running.size >= IN_FLIGHT) await Promise.race(running)
    }
    await Promise.all(running)
  } finally {
    await Promise.allSettled(running)
  }
}

async function askOne<A extends Answer>(asking: Asking<A>, call: Call): Promise<void> {
  const { session, client, question, patience, total } = asking
  try {
    const answer = await question.ask(call.id)
    patience.answered()
    take(asking, call, answer)
  } catch (error) {
    leavePending(asking, call, await patience.excuse(error))
  }
  asking.done += 1
  session.progress.update(asking.done, { total, etaMs: ((total - asking.done) / client.perMinute) * 60_000 })
}

function take<A extends Answer>(asking: Asking<A>, call: Call, answer: A): void {
  const { session, question } = asking
  if (answer.kind === 'denied') {
    deny(asking, call, answer.message)
    return
  }
  asking.answered = true
  // "None" has no documented status: what is absent is pending while the call is young, and none after that.
  if (answer.kind === 'empty') keep(asking, call, isYoung(session, call) ? 'pending' : 'none')
  else question.saveReady(call, answer as Extract<A, { kind: 'ready' }>, session.clock.nowMs())
}

/** What is there already is not lost because it was asked for again and is not given now. */
function keep<A extends Answer>(
  { session, question }: Asking<A>,
  call: Call,
  state: 'pending' | 'none' | 'denied',
) {
  if (!question.isReady(call.id)) question.saveState(call.id, state, session.clock.nowMs())
}

/** One that cannot be read costs itself: every later run asks once more. */
function leavePending<A extends Answer>(asking: Asking<A>, call: Call, why: string): void {
  const { session, question } = asking
  keep(asking, call, 'pending')
  asking.unreadable += 1
  if (asking.unreadable > MOST_NAMED) return
  session.warn(
    question.unreadable,
    `The ${question.name.one} of call ${call.id} could not be read and stays pending: ${why}`,
  )
}

function deny<A extends Answer>(asking: Asking<A>, call: Call, message: string): void {
  keep(asking, call, 'denied')
  // One refused call among answered ones is about that call; a refusal before any answer is about the account.
  if (asking.answered) return
  asking.denied = true
  asking.question.sayDenied(message)
}
