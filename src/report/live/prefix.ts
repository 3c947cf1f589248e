/** Longer lines are given on in pieces: a child that writes no line break must not fill the memory. */
const LONGEST_LINE = 64 * 1024

/**
 * Puts a prefix before each line of a stream of text, whole lines at a time, so that
 * the lines of several processes stay apart. `end` gives on what has no line break yet.
 */
export function createLinePrefixer(prefix: string, write: (text: string) => void) {
  let rest = ''
  const give = (lines: readonly string[]) => {
    if (lines.length > 0) write(lines.map((line) => `${prefix}${line}\n`).join(''))
  }
  return {
    add(text: string): void {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LONGEST_LINE) {
        lines.push(rest)
        rest = ''
      }
      give(lines)
    },
    end(): void {
      if (rest !== '') give([rest])
      rest = ''
    },
  }
}
