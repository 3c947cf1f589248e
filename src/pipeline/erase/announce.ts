import { formatNoun } from '../../report/text/words.ts'
import type { Session } from '../run/session.ts'

/** What was found, and is gone unless the run failed. */
export interface Erased {
  /** Whom it means: a masked number, or a name with its company and id. */
  readonly person: string
  readonly calls: number
  readonly transcripts: number
  readonly planhatRecords: number
  /** The person's own numbers, masked; for a number it is this one. */
  readonly numbers: readonly string[]
  readonly sharedNumbers: number
  /** End Users who have the erased number: they stay, without it. */
  readonly holders: readonly {
    readonly id: string
    readonly name: string | null
    readonly companyName: string | null
  }[]
  /** Files of earlier runs that mention the person. */
  readonly files: readonly string[]
  /** Review files that earlier runs wrote elsewhere: whoever asked for them has to look. */
  readonly elsewhere: readonly string[]
}

/** Says whom an erasure means and what goes, before anybody is asked. */
export function announce({ log, warn }: Session, erased: Erased): void {
  log.info(`To be erased: ${erased.person}.`)
  if (erased.numbers.length > 0) log.info(`Numbers: ${erased.numbers.join(', ')}`)
  log.info(
    `${formatNoun(erased.calls, 'call')} and ${formatNoun(erased.transcripts, 'transcript')} in the state, ` +
      `${formatNoun(erased.planhatRecords, 'Conversation')} in Planhat, ` +
      `${formatNoun(erased.files.length, 'file')} of earlier runs.`,
  )
  for (const file of erased.files) log.info(`To be deleted: ${file}`)
  for (const { id, name, companyName } of erased.holders) {
    const who = `${name ?? 'an End User without a name'}${companyName === null ? '' : ` of ${companyName}`}`
    log.info(
      `The number is ${who}'s, who stays in the index without it. The whole person: aircall-sync erase ${id}`,
    )
  }
  if (erased.sharedNumbers > 0)
    warn(
      'ERASE_SHARED_NUMBER',
      `${erased.sharedNumbers} numbers of this person are other people's ` +
        'too. Calls from them stay, unless they were written under this person.',
    )
  if (erased.elsewhere.length > 0)
    warn(
      'ERASE_ELSEWHERE',
      `Review files outside of the state folder are yours to look through: ${erased.elsewhere.join(', ')}`,
    )
}
