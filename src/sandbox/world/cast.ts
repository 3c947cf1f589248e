/**
 * Companies and End Users, and with them the truth about every number: who has it, who shares it,
 * who cannot be read. The truth comes from how a person was made, never from a matcher.
 */

import type { RawCompany, RawEndUser } from '../planhat/types.ts'
import { COMPANY_HEADS, COMPANY_TAILS, FIRST_NAMES, LAST_NAMES, POSITIONS } from './names.ts'
import { COUNTRIES, type MadeNumber } from './numbers.ts'
import { damageNumber, typeNumber } from './phone-styles.ts'
import { createRandom, hashParts, pickFrom, pickWeighted, STREAM } from './random.ts'
import { VARIANTS } from './variants.ts'
import type { Caller, CallerKind, NumberSource } from './world-types.ts'

export interface Cast {
  readonly endUsers: RawEndUser[]
  readonly callers: Record<CallerKind, Caller[]>
}

interface CastInput {
  readonly seed: number
  readonly endUsers: number
  readonly companies: readonly RawCompany[]
  readonly takeNumber: NumberSource
  readonly ownNumber: string
  readonly newId: () => string
}

type Habit = 'plain' | 'second' | 'two-in-one' | 'none' | 'damaged' | 'archived'
const HABITS: readonly (readonly [Habit, number])[] = [
  ['plain', 68],
  ['second', 9],
  ['two-in-one', 6],
  ['none', 9],
  ['damaged', 5],
  ['archived', 3],
]

export function makeCompanies(seed: number, count: number, newId: () => string): RawCompany[] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(hashParts(seed, STREAM.company, index))
    const head = COMPANY_HEADS[index % COMPANY_HEADS.length] ?? 'Northwind'
    const tail =
      COMPANY_TAILS[Math.floor(index / COMPANY_HEADS.length + index) % COMPANY_TAILS.length] ?? 'Foods'
    const round = Math.floor(index / (COMPANY_HEADS.length * COMPANY_TAILS.length))
    const country = index < COUNTRIES.length ? COUNTRIES[index] : pickWeighted(COUNTRY_WEIGHTS, random)
    return {
      _id: newId(),
      // A name that a spreadsheet would run as a formula has to survive the review CSV.
      name: index === 7 ? `@${head} ${tail}` : `${head} ${tail}${round ? ` ${round + 1}` : ''}`,
      externalId: `acc-${1000 + index}`,
      sourceId: `00Q${100_000 + index}`,
      country: country === 'US' && random() < 0.3 ? null : (country ?? null),
      status: 'customer',
      custom: {},
    }
  })
}

const COUNTRY_WEIGHTS: readonly (readonly [string, number])[] = [
  ['US', 45],
  ['FR', 20],
  ['GB', 15],
  ['AU', 10],
  ['DE', 10],
]

/** A person without a number yet. */
function makePerson(input: CastInput, index: number, company: RawCompany, random: () => number): RawEndUser {
  const firstName = pickFrom(FIRST_NAMES, random)
  const lastName = pickFrom(LAST_NAMES, random)
  const domain = `${company.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}.example`
  const hasEmail = random() >= 0.05
  return {
    _id: input.newId(),
    name: `${firstName} ${lastName}`,
    firstName,
    lastName,
    ...(hasEmail ? { email: `person${index + 1}@${domain}` } : {}),
    ...(random() < 0.5 || !hasEmail ? { externalId: `contact-${index + 1}` } : {}),
    companyId: company._id,
    companyName: company.name,
    phone: '',
    position: pickFrom(POSITIONS, random),
    archived: false,
    otherEmails: [],
    tags: [],
    featured: random() < 0.1,
    custom: {},
    createDate: '2025-01-21T11:42:02.565Z',
    updatedAt: '2026-01-21T11:42:02.565Z',
  }
}

function callerOf(number: MadeNumber, name: string | null, truth: Caller['truth']): Caller {
  return { raw: number.pretty, e164: number.e164, country: number.country, name, truth }
}

/** Gives a person numbers as people type them, and says what a call from each is. */
function giveNumbers(
  cast: Cast,
  person: RawEndUser,
  company: RawCompany,
  input: CastInput,
  random: () => number,
): void {
  const habit = pickWeighted(HABITS, random)
  const country = company.country ?? 'US'
  const number = habit === 'none' ? null : input.takeNumber(country)
  if (!number) return
  const truth = { bucket: 'matched', endUserId: person._id, companyId: company._id } as const
  if (habit === 'damaged') {
    person.phone = damageNumber(number, random)
    cast.callers.unreadable.push(callerOf(number, person.name, { bucket: 'unmatched' }))
    return
  }
  person.phone = typeNumber(number, country, random)
  if (habit === 'archived') {
    person.archived = true
    cast.callers.archived.push(callerOf(number, person.name, { bucket: 'unmatched' }))
    return
  }
  cast.callers.known.push(callerOf(number, person.name, truth))
  if (habit === 'plain') return
  const second = input.takeNumber(country)
  if (!second) return
  if (habit === 'second') person.custom['Phone 2'] = typeNumber(second, country, random)
  else person.phone = `${number.pretty}${random() < 0.5 ? ' / ' : '; '}${second.pretty}`
  cast.callers.known.push(callerOf(second, person.name, truth))
}

/** One number on the desks of three people of one company: a switchboard. */
function shareNumber(cast: Cast, people: readonly RawEndUser[], company: RawCompany, input: CastInput): void {
  const number = input.takeNumber(company.country ?? 'US')
  if (!number) return
  for (const [index, person] of people.entries()) {
    person.phone = index === 0 ? number.pretty : `${number.e164} ext. ${index * 11}`
  }
  cast.callers.shared.push(callerOf(number, null, { bucket: 'shared-line', companyId: company._id }))
}

/** One number held by people of two companies: nobody can tell whose call it is. */
function confuseNumber(cast: Cast, people: readonly RawEndUser[], input: CastInput): void {
  const number = input.takeNumber('US')
  if (!number) return
  for (const person of people) person.phone = number.pretty
  cast.callers.ambiguous.push(callerOf(number, null, { bucket: 'ambiguous' }))
}

const OCCASIONS = ['shared', 'ambiguous', 'proposed', 'own', 'plain'] as const
type Occasion = (typeof OCCASIONS)[number]

/** Of every 40 End Users some are made for an occasion, so that even a small world has all of them. */
function occasionAt(index: number): Occasion {
  const seat = index % 40
  if (seat >= 4 && seat <= 6) return 'shared'
  if (seat === 10 || seat === 11) return 'ambiguous'
  if (seat === 15) return 'proposed'
  return index === 20 ? 'own' : 'plain'
}

function giveVariant(cast: Cast, person: RawEndUser, index: number): void {
  const family = VARIANTS[Math.floor(index / 40) % VARIANTS.length]
  const serial = Math.floor(index / (40 * VARIANTS.length))
  if (!family || serial > 99) return
  const tail = String(serial).padStart(2, '0')
  person.phone = family.stored + tail
  cast.callers.proposed.push({
    raw: family.pretty + tail,
    e164: family.called + tail,
    country: family.country,
    name: person.name,
    truth: { bucket: 'proposed' },
  })
}

/** People of one occasion who wait until their group is whole. */
type Waiting = Record<'shared' | 'ambiguous', RawEndUser[]>

function joinGroup(
  cast: Cast,
  waiting: Waiting,
  occasion: 'shared' | 'ambiguous',
  person: RawEndUser,
): RawEndUser[] | null {
  const group = waiting[occasion]
  group.push(person)
  cast.endUsers.push(person)
  if (group.length < (occasion === 'shared' ? 3 : 2)) return null
  waiting[occasion] = []
  return group
}

/** Makes all End Users in order; groups (switchboards, confusions) are consecutive people. */
export function makeCast(input: CastInput): Cast {
  const callers: Cast['callers'] = {
    known: [],
    shared: [],
    ambiguous: [],
    archived: [],
    proposed: [],
    unreadable: [],
    own: [],
  }
  const cast: Cast = { endUsers: [], callers }
  const waiting: Waiting = { shared: [], ambiguous: [] }
  for (let index = 0; index < input.endUsers; index += 1) addPerson(cast, waiting, index, input)
  return cast
}

function addPerson(cast: Cast, waiting: Waiting, index: number, input: CastInput): void {
  const random = createRandom(hashParts(input.seed, STREAM.endUser, index))
  const occasion = occasionAt(index)
  // Three desks of one switchboard stand in one company.
  const seat = occasion === 'shared' ? index - ((index % 40) - 4) : index
  const company = input.companies[seat % input.companies.length]
  if (!company) throw new RangeError('a world needs companies')
  const person = makePerson(input, index, company, random)
  if (occasion === 'shared' || occasion === 'ambiguous') {
    const group = joinGroup(cast, waiting, occasion, person)
    if (group && occasion === 'shared') shareNumber(cast, group, company, input)
    if (group && occasion === 'ambiguous') confuseNumber(cast, group, input)
    return
  }
  cast.endUsers.push(person)
  if (occasion === 'plain') giveNumbers(cast, person, company, input, random)
  if (occasion === 'proposed') giveVariant(cast, person, index)
  if (occasion === 'own') person.phone = input.ownNumber
}
