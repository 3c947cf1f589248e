/**
 * Telephone numbers that nobody has, all from ranges kept free for fiction (NANPA 555-01xx, Ofcom,
 * ARCEP, ACMA, Bundesnetzagentur), and all valid by libphonenumber's full metadata.
 */
import type { CountryCode } from '../../domain.ts'

export interface MadeNumber {
  readonly e164: string
  /** As Aircall shows it in `raw_digits` (docs/reference/aircall-api.md section 3). */
  readonly pretty: string
  /** As people of the country write it among themselves. */
  readonly national: string
  readonly country: CountryCode
}

const US_AREAS = (
  '202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 ' +
  '254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 ' +
  '323 325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 ' +
  '423 425 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520'
).split(' ')
const GB_AREAS: readonly (readonly [string, string])[] = [
  ['20', '7946'],
  ['113', '496'],
  ['114', '496'],
  ['116', '496'],
  ['117', '496'],
  ['118', '496'],
  ['121', '496'],
  ['131', '496'],
  ['141', '496'],
  ['151', '496'],
  ['161', '496'],
  ['191', '498'],
]
const FR_PREFIXES = ['19900', '26191', '35301', '46571', '53649']
const AU_PREFIXES = ['25550', '27010', '35550', '37010', '75550', '77010', '85550', '87010']
const DE_AREAS: readonly (readonly [string, string])[] = [
  ['30', '23125'],
  ['69', '90009'],
  ['40', '66969'],
  ['221', '4710'],
  ['89', '99998'],
]

interface Pool {
  readonly size: number
  readonly make: (index: number) => MadeNumber
}

function split<T>(list: readonly T[], index: number): { area: T; rest: number } {
  const area = list[index % list.length]
  if (area === undefined) throw new RangeError('no such area')
  return { area, rest: Math.floor(index / list.length) }
}

function makeUs(index: number): MadeNumber {
  const { area, rest } = split(US_AREAS, index)
  const line = `01${String(rest).padStart(2, '0')}`
  return {
    e164: `+1${area}555${line}`,
    pretty: `+1 ${area}-555-${line}`,
    national: `(${area}) 555-${line}`,
    country: 'US',
  }
}

function makeGb(index: number): MadeNumber {
  const { area, rest } = split(GB_AREAS, index)
  const line = `0${String(rest).padStart(3, '0')}`
  const [code, exchange] = area
  return {
    e164: `+44${code}${exchange}${line}`,
    pretty: `+44 ${code} ${exchange} ${line}`,
    national: `0${code} ${exchange} ${line}`,
    country: 'GB',
  }
}

function makeFr(index: number): MadeNumber {
  const { area, rest } = split(FR_PREFIXES, index)
  const digits = area + String(rest).padStart(4, '0')
  const pairs = [digits.slice(0, 1), ...(digits.slice(1).match(/../g) ?? [])].join(' ')
  return { e164: `+33${digits}`, pretty: `+33 ${pairs}`, national: `0${pairs}`, country: 'FR' }
}

function makeAu(index: number): MadeNumber {
  const { area, rest } = split(AU_PREFIXES, index)
  const line = String(rest).padStart(4, '0')
  const [state, exchange] = [area.slice(0, 1), area.slice(1)]
  return {
    e164: `+61${area}${line}`,
    pretty: `+61 ${state} ${exchange} ${line}`,
    national: `(0${state}) ${exchange} ${line}`,
    country: 'AU',
  }
}

function makeDe(index: number): MadeNumber {
  const { area, rest } = split(DE_AREAS, index)
  const line = String(rest).padStart(3, '0')
  const [code, exchange] = area
  return {
    e164: `+49${code}${exchange}${line}`,
    pretty: `+49 ${code} ${exchange}${line}`,
    national: `0${code} ${exchange}${line}`,
    country: 'DE',
  }
}

const POOLS: Readonly<Record<string, Pool>> = {
  US: { size: US_AREAS.length * 100, make: makeUs },
  GB: { size: GB_AREAS.length * 1000, make: makeGb },
  FR: { size: FR_PREFIXES.length * 10_000, make: makeFr },
  AU: { size: AU_PREFIXES.length * 10_000, make: makeAu },
  DE: { size: DE_AREAS.length * 1000, make: makeDe },
}

export const COUNTRIES: readonly CountryCode[] = ['US', 'FR', 'GB', 'AU', 'DE']

/** The last tenth of every pool belongs to callers whom nobody knows. */
const KNOWN_SHARE = 0.9

function poolOf(country: CountryCode): Pool {
  const pool = POOLS[country]
  if (!pool) throw new RangeError(`no numbers for ${country}`)
  return pool
}

/** Hands out each number once; when a country runs dry, another's, and null when all are gone. */
export function createNumberSource(): (country: CountryCode) => MadeNumber | null {
  const next = new Map<CountryCode, number>()
  return (country) => {
    for (const candidate of [country, 'AU', 'FR', 'GB', 'US', 'DE']) {
      const pool = poolOf(candidate)
      const index = next.get(candidate) ?? 0
      if (index >= Math.floor(pool.size * KNOWN_SHARE)) continue
      next.set(candidate, index + 1)
      return pool.make(index)
    }
    return null
  }
}

/** A number that no End User and no line ever has. `at` in [0, 1) chooses which. */
export function unknownNumber(country: CountryCode, at: number): MadeNumber {
  const pool = poolOf(country)
  const first = Math.floor(pool.size * KNOWN_SHARE)
  return pool.make(first + Math.floor(at * (pool.size - first)))
}
