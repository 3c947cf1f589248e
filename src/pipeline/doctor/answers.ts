import type { ProbeAnswer } from '../run/tenant-facts.ts'
import { type Check, failure, warning } from './check.ts'

type Judge = (detail: string) => Check

/** What follows from an answer, for those from which something does. */
const CONSEQUENCES: Readonly<Record<string, Judge>> = {
  'contact-id-stored no': () =>
    warning(
      'contacts',
      'Planhat does not store contactId here: calls hang on the company alone, and on the End Users named in them',
      'nothing to do here; ask Planhat whether Conversations of this tenant can have a contact',
    ),
  'custom-field-kept no': (detail) =>
    failure(
      'custom fields as written',
      detail,
      'make these custom fields on Conversation in Planhat, spelt just so, or leave them out of the configuration',
    ),
  'description-kept no': (detail) =>
    warning(
      'long texts',
      `a text of 1 MB is not kept: ${detail}`,
      'keep conversation.maxTranscriptChars at its default of 200,000, or lower it where a write is refused',
    ),
  'html-kept no': () =>
    warning(
      'markup',
      'Planhat changes the markup that is sent: a record may look edited that nobody edited',
      'compare one record before a large write: aircall-sync explain CALL_ID',
    ),
  'date-kept no': (detail) =>
    warning(
      'dates',
      `the date of a call is not kept: ${detail}`,
      'sort by date in Planhat with that in mind',
    ),
  'company-moves no': () =>
    warning(
      'companies',
      'Planhat does not move a Conversation to another company: ' +
        'one whose call belongs elsewhere now is reported, not moved',
      'move it by hand in Planhat, or delete it there and run again',
    ),
}

export function judgeAnswers(answers: readonly ProbeAnswer[]): Check[] {
  return answers.flatMap(({ name, answer, detail }) => CONSEQUENCES[`${name} ${answer}`]?.(detail) ?? [])
}
