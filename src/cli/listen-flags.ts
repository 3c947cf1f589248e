import * as Flags from '@oclif/core/flags'

/** A duration such as `30s`, `15m`, `24h` or `7d`, as text: `parsePause` reads it. */
export const durationFlag = (o: { default: string; description: string }) =>
  Flags.string({ ...o, helpValue: 'TIME' })
