/** What a cron job may rely on (docs/contract.md section 3). */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  someFailed: 3,
  driftRemains: 4,
  temporary: 5,
  refused: 6,
  configuration: 7,
  locked: 11,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
