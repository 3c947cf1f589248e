import type { Content, Transcript } from '../content.ts'
import { type ConversationSettings, INSIGHTS } from '../content-settings.ts'
import { describeWith } from '../conversation/describe.ts'
import { foldText } from '../conversation/html.ts'
import { readDuration } from '../conversation/outcome.ts'
import { readBack, withWritten } from '../conversation/read-back.ts'
import { transcriptBlock, transcriptLead } from '../conversation/transcript-html.ts'

import { FORMER_TEXTS } from './former/former-texts.ts'
import type { Texts } from './former/texts.ts'

/** What a description is compared with to tell a defect of the automation from a person's words. */
export interface DescriptionSource {
  readonly content: Content
  readonly settings: Pick<ConversationSettings, 'maxTranscriptChars'>
}

// docs/reference/automation.md section 5: the constants of its three records, and of call.answered.
const CONSTANTS = ['Call attempt logged.', 'Call was answered.', 'Transcript not available yet.']

/** Written by the live automation for certain: a constant, or its rendering of this very transcript. */
export function isAutomationDescription(text: string, o: DescriptionSource): boolean {
  const folded = foldText(text)
  if (CONSTANTS.includes(folded)) return true
  const { transcript } = o.content
  return transcript !== null && sameParagraphs(folded, foldText(automationTranscript(transcript)))
}

/**
 * docs/contract.md section 8, `edited`: by so much a call's end and talk time may have been rewritten since we wrote
 * it.
 */
export const MAX_REWRITE_SECONDS = 120

/** Parts come and go: with the configuration, with a late note or insight, with the other call of a chain. */
const ALL_PARTS = { notes: true, transfers: true, insights: INSIGHTS, insightsMinTalkSeconds: 0 }

/**
 * One of our own renderings of this call, today's or a former one: with or without its transcript, as either record.
 */
export function isOwnDescription(text: string, o: DescriptionSource): boolean {
  const folded = foldText(text)
  const content = withWritten(o.content, readBack(text), ALL_PARTS)
  const call = () => describeWith(content, ({ html }) => folded.includes(foldText(html)))
  return [{ call, transcriptLead, transcriptBlock }, ...FORMER_TEXTS].some((texts) =>
    renderings(texts, o).some((one) => sameButTalkTime(foldText(one), folded)),
  )
}

const TALK_TIME = /Talk time ((?:\d+ (?:h|min|s) ?){1,2})\./u

/** Aircall rewrites how long a call was for a while after its end: what we wrote before says the earlier time. */
function sameButTalkTime(ours: string, remote: string): boolean {
  if (ours === remote) return true
  const [now, before] = [TALK_TIME.exec(ours), TALK_TIME.exec(remote)]
  if (now === null || before === null) return false
  if (ours.replace(TALK_TIME, '') !== remote.replace(TALK_TIME, '')) return false
  const [left, right] = [readDuration(now[1] ?? ''), readDuration(before[1] ?? '')]
  return left !== null && right !== null && Math.abs(left - right) <= MAX_REWRITE_SECONDS
}

function renderings(texts: Omit<Texts, 'version' | 'type' | 'subjects'>, o: DescriptionSource): string[] {
  const { call, transcript } = o.content
  const said = texts.call(o.content)
  if (transcript === null) return [said]
  const block = texts.transcriptBlock(transcript, {
    maxChars: o.settings.maxTranscriptChars,
    link: call.asset,
  })
  return [said, said + block, texts.transcriptLead(call, transcript) + block]
}

/**
 * The automation's transcript: text not escaped, "Call was answered." also for a voicemail (T7), and a machine
 * shown as `External` (T8). Its line breaks are folded by the comparison (T10).
 */
export function automationTranscript(transcript: Transcript): string {
  const paragraphs = transcript.utterances.map((one) => {
    const speaker = one.speaker === 'internal' ? 'Agent' : (one.phoneNumber ?? 'External')
    return `<p><strong>${speaker}:</strong> ${one.text}</p>`
  })
  return `<p>Call was answered.</p><p><strong>Transcript:</strong></p>${paragraphs.join('')}`
}

/**
 * The same paragraphs in any order: the automation wrote the utterances as Aircall sent them, unsorted and with
 * the empty ones, where we keep them sorted.
 */
function sameParagraphs(remote: string, rendered: string): boolean {
  const counts = new Map<string, number>()
  for (const one of paragraphsOf(remote)) counts.set(one, (counts.get(one) ?? 0) + 1)
  const open = paragraphsOf(rendered).filter((one) => {
    const count = counts.get(one) ?? 0
    if (count > 0) counts.set(one, count - 1)
    return count === 0
  })
  const left = [...counts].flatMap(([one, count]) => Array<string>(count).fill(one))
  if (left.length !== open.length) return false
  return open.every((one) => {
    const at = left.findIndex((other) => fits(other, one))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

function paragraphsOf(folded: string): string[] {
  return folded.split('</p>').filter((one) => one !== '' && !/^<p><strong>[^<]*:<\/strong>$/u.test(one))
}

/** Equal, where a `[card]` of ours stands for anything: the automation wrote what we redacted before keeping it. */
function fits(remote: string, rendered: string): boolean {
  const [first = '', ...rest] = rendered.split(/\[[\w -]{1,40}\]/u)
  const last = rest.pop()
  if (last === undefined || !remote.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = remote.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return remote.endsWith(last) && remote.length - last.length >= at
}
