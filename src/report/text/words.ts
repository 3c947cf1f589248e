/** PURE. How numbers, durations and shares are written for people. */

/** 12345 -> `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US')
}

/** A share of a whole with one decimal, `-` when there is no whole. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '-'
  return `${((part / whole) * 100).toFixed(1)} %`
}

/** `42 s`, `12 min`, `3 h 20 min`, `2 d 4 h`: two units at most, rounded up so that a promise holds. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return two(hours, 'h', minutes % 60, 'min')
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** `less than a minute`, `about 12 min`: what so many requests take at `perMinute` a minute. */
export function sayTime(requests: number, perMinute: number): string {
  const minutes = requests / perMinute
  return minutes < 1 ? 'less than a minute' : `about ${formatDuration(minutes * 60_000)}`
}

/** The same with the rate it stands on; `least` where it may be fewer: `about 2 min to about 9 min at 60 …`. */
export function sayPace(requests: number, perMinute: number, least: number = requests): string {
  const [shortest, longest] = [sayTime(least, perMinute), sayTime(requests, perMinute)]
  const time = shortest === longest ? longest : `${shortest} to ${longest}`
  return `${time} at ${perMinute} requests a minute`
}

/** `1 call`, `2 calls`. */
export function formatNoun(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** `3:07:05`: hours, minutes, seconds. */
export function formatTalk(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${formatCount(Math.floor(seconds / 3600))}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`
}

function two(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`
}

/** Breaks a text at spaces so that no line is longer than `width`, where words allow. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
