import { formatNoun } from './words.ts'

/** PURE. How a command ended for every profile, in one line. */
export function formatEach(
  results: readonly { readonly profile: string; readonly exitCode: number }[],
): string {
  const failed = results.filter(({ exitCode }) => exitCode !== 0)
  const done = `${formatNoun(results.length, 'profile')}: ${results.length - failed.length} done`
  if (failed.length === 0) return `${done}.`
  return `${done}, ${failed.map(({ profile, exitCode }) => `${profile} ended with ${exitCode}`).join(', ')}.`
}
