import { UsageError } from '../errors.ts'

/** Id of a line -> UNIX seconds since when it has transcription. */
export type Transcription = ReadonlyMap<number, number>

/** The id of the first line of the made-up account. */
export const FIRST_LINE_ID = 1_300_001

const ENTRY = /^([1-9]\d?):(\d{1,4})d$/

/**
 * `1:20d,4:90d`: the first line for twenty days, the fourth for ninety, no
 * other. Null for an empty text: every line.
 */
export function parseTranscription(text: string, nowMs: number): Transcription | null {
  if (text.trim() === '') return null
  return new Map(
    text.split(',').map((entry) => {
      const [, line, days] = ENTRY.exec(entry.trim()) ?? []
      if (line === undefined || days === undefined) {
        throw new UsageError(
          'SANDBOX_TRANSCRIPTION',
          `--transcription "${entry.trim()}" is not LINE:AGE, such as 1:20d.`,
          {
            suggestions: ['aircall-sync sandbox --transcription 1:20d,4:90d'],
          },
        )
      }
      return [FIRST_LINE_ID + Number(line) - 1, Math.floor(nowMs / 1000) - Number(days) * 86_400] as const
    }),
  )
}

export function isTranscribed(
  transcription: Transcription | null | undefined,
  lineId: number,
  startedAt: number,
): boolean {
  if (transcription === null || transcription === undefined) return true
  return startedAt >= (transcription.get(lineId) ?? Number.POSITIVE_INFINITY)
}
