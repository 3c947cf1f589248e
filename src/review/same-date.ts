/** PURE. Locales whose month names are read; spreadsheets print a date in the language of their user. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv', 'da', 'pl']
const DAY_MS = 86_400_000
/** Days from 1899-12-30, where the serial dates of Excel and LibreOffice begin, to 1970-01-01. */
const SERIAL_OF_1970 = 25_569

/**
 * True when a spreadsheet that took the ISO time `stored` for a date may have saved it as `read`: any order of day,
 * month and year, a month in letters, 12 or 24 hours, without seconds or time at all, or as a serial number. UTC.
 */
export function isSameDate(stored: string, read: string): boolean {
  const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(stored) ? new Date(stored) : null
  if (instant === null || Number.isNaN(instant.getTime())) return false
  return isSerial(instant, read) || isWritten(instant, read)
}

function isSerial(instant: Date, read: string): boolean {
  const bare = read.trim().replace(',', '.')
  if (!/^\d{5}(\.\d+)?$/.test(bare)) return false
  const days = instant.getTime() / DAY_MS + SERIAL_OF_1970
  const decimals = bare.split('.')[1]?.length ?? 0
  if (decimals === 0) return Number(bare) === Math.floor(days)
  return Math.abs(Number(bare) - days) <= Math.max(10 ** -decimals, 1e-5)
}

function isWritten(instant: Date, read: string): boolean {
  const text = read.trim().toLowerCase()
  const time = /(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?m\.?)?/u.exec(text)
  if (time !== null && !isSameTime(instant, time)) return false
  const day = time === null ? text : text.replace(time[0], ' ')
  return isSameDay(instant, day)
}

function isSameTime(instant: Date, time: RegExpExecArray): boolean {
  const hour = Number(time[1])
  const half = time[4]
  const hours = half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0)
  const seconds = time[3] === undefined ? null : Number(time[3])
  // Seconds may be rounded where milliseconds are cut off.
  const near = seconds === null || Math.abs(seconds - instant.getUTCSeconds()) <= 1
  return hours === instant.getUTCHours() && Number(time[2]) === instant.getUTCMinutes() && near
}

function isSameDay(instant: Date, text: string): boolean {
  const numbers = (text.match(/\d+/gu) ?? []).map(Number)
  const words = text.match(/\p{L}{3,}/gu) ?? []
  const [year, month, day] = [instant.getUTCFullYear(), instant.getUTCMonth() + 1, instant.getUTCDate()]
  const inLetters = words.some((word) => monthNames(instant).some((name) => name.startsWith(word)))
  const wanted = inLetters ? [[day], [year, year % 100]] : [[day], [month], [year, year % 100]]
  if (numbers.length !== wanted.length) return false
  return orders(numbers).some((order) => wanted.every((options, i) => options.includes(order[i] ?? -1)))
}

function monthNames(instant: Date): string[] {
  return LANGUAGES.map((language) =>
    new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' }).format(instant).toLowerCase(),
  )
}

/** Every order of two or three numbers. */
function orders(numbers: readonly number[]): number[][] {
  if (numbers.length <= 1) return [[...numbers]]
  return numbers.flatMap((first, i) =>
    orders([...numbers.slice(0, i), ...numbers.slice(i + 1)]).map((rest) => [first, ...rest]),
  )
}
