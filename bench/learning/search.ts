/** Plays a first run and the nights after it, with the room of the program that decides what to ask. */
import { dayOf, Evidence } from '../../src/learning/evidence.ts'
import { nextQuestions } from '../../src/learning/questions.ts'
import { NOW, type SimulatedCall } from './world.ts'

/** `transcripts.giveUpAfterHours` and `transcripts.verifyPerRun` as they are without a configuration. */
const YOUNG_SECONDS = 72 * 3600
export const VERIFY_PER_RUN = 200
const WEEK_SECONDS = 7 * 86_400

export const isYoung = ({ startedAt }: SimulatedCall) => startedAt > NOW - YOUNG_SECONDS

export interface FirstRun {
  readonly asked: number
  readonly rounds: number
  readonly assumed: readonly SimulatedCall[]
}

export function firstRun(calls: readonly SimulatedCall[]): FirstRun {
  const evidence = new Evidence()
  const open = new Map<string, SimulatedCall[]>()
  const keyOf = (line: string | null, sort: string, day: number) => `${line}/${sort}/${day}`
  let asked = 0
  for (const call of calls) {
    if (isYoung(call)) {
      asked += 1
      if (call.has) evidence.add(call, 'ready')
      continue
    }
    evidence.add(call, 'open')
    const key = keyOf(call.line, call.sort, dayOf(call))
    const sameDay = open.get(key) ?? []
    open.set(key, sameDay)
    sameDay.push(call)
  }
  for (let rounds = 0; ; rounds++) {
    const questions = nextQuestions(evidence.streams())
    if (questions.length === 0) return { asked, rounds, assumed: [...open.values()].flat() }
    for (const { line, sort, day, count } of questions) {
      for (const call of (open.get(keyOf(line, sort, day)) ?? []).splice(0, count)) {
        evidence.answer(call, call.has ? 'ready' : 'none')
        asked += 1
      }
    }
  }
}

export interface Nights {
  /** Until the last transcript is found; 0 when none was missed. */
  readonly untilFound: number
  /** Until nothing is assumed any more. */
  readonly untilDone: number
}

/**
 * Each night the newest of what is assumed, and around each that has one its
 * line's calls of a week before and after.
 */
export function playNights(assumed: readonly SimulatedCall[]): Nights {
  const left = new Set([...assumed].sort((a, b) => b.startedAt - a.startedAt))
  let night = 0
  let untilFound = 0
  while (left.size > 0) {
    night += 1
    const due = [...left].slice(0, VERIFY_PER_RUN)
    for (const call of due) left.delete(call)
    for (let found = due.pop(); found !== undefined; found = due.pop()) {
      if (!found.has) continue
      untilFound = night
      for (const near of left) {
        if (near.line !== found.line || Math.abs(near.startedAt - found.startedAt) > WEEK_SECONDS) continue
        left.delete(near)
        due.push(near)
      }
    }
  }
  return { untilFound, untilDone: night }
}
