import metadata from 'libphonenumber-js/metadata.max.json'

/**
 * libphonenumber-js's own `max` metadata, compiled once. The library compiles a plan's patterns anew for
 * each number it parses; for a clean number that is nearly all of its time. Positions in a plan's array:
 * `source/metadata.js` of libphonenumber-js 1.13 (0 calling code, 1 IDD prefix, 2 national pattern,
 * 3 possible lengths, 5 national prefix, 7 prefix for parsing, 8 transform rule, 10 leading digits, 11 types).
 */
type RawPlan = readonly unknown[]
type RawType = readonly [string, (readonly number[])?]

interface CompiledPlan {
  readonly callingCode: string
  readonly internationalPrefix: RegExp
  readonly nationalPrefix: RegExp | null
  readonly hasTransform: boolean
  readonly lengths: readonly number[]
  readonly national: RegExp
  readonly leadingDigits: RegExp | null
  /** The national pattern and at least one type pattern of an allowed length. */
  readonly valid: RegExp
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function compileType(type: RawType | 0, planLengths: readonly number[]): string | null {
  if (type === 0 || !type[0]) return null
  const lengths = (type[1] ?? planLengths).map((n) => `\\d{${n}}`).join('|')
  return `(?=(?:${lengths})$)(?:${type[0]})`
}

function compile(raw: RawPlan): CompiledPlan {
  const lengths = (raw[3] ?? []) as number[]
  const types = ((raw[11] || []) as (RawType | 0)[])
    .map((t) => compileType(t, lengths))
    .filter((t) => t !== null)
  const prefix = text(raw[7]) || text(raw[5])
  const national = text(raw[2])
  return {
    callingCode: text(raw[0]),
    internationalPrefix: new RegExp(`^(?:${text(raw[1]) || '(?!)'})`),
    nationalPrefix: prefix ? new RegExp(`^(?:${prefix})`) : null,
    hasTransform: text(raw[8]) !== '',
    lengths,
    national: new RegExp(`^(?:${national})$`),
    leadingDigits: raw[10] ? new RegExp(`^(?:${text(raw[10])})`) : null,
    valid: new RegExp(`^(?=(?:${national})$)(?:${types.length > 0 ? types.join('|') : '\\d+'})$`),
  }
}

const byCountry = new Map<string, CompiledPlan>()
const byCallingCode = new Map<string, readonly CompiledPlan[]>()

function planOf(country: string): CompiledPlan | null {
  const held = byCountry.get(country)
  if (held) return held
  const raw = (metadata.countries as Record<string, RawPlan | undefined>)[country]
  if (!raw) return null
  const plan = compile(raw)
  byCountry.set(country, plan)
  return plan
}

/** The plans behind a calling code, the default one first; empty for a code that does not exist. */
function plansOf(callingCode: string): readonly CompiledPlan[] {
  const held = byCallingCode.get(callingCode)
  if (held) return held
  const countries = (metadata.country_calling_codes as Record<string, readonly string[] | undefined>)[
    callingCode
  ]
  const world = (metadata.nonGeographic as Record<string, RawPlan | undefined>)[callingCode]
  const plans = countries ? countries.map(planOf).filter((p) => p !== null) : world ? [compile(world)] : []
  byCallingCode.set(callingCode, plans)
  return plans
}

/** As the library finds the exact country of a number: leading digits first, else the first whose types fit. */
function exactPlan(plans: readonly CompiledPlan[], national: string): CompiledPlan | null {
  if (plans.length === 1) return plans[0] ?? null
  for (const plan of plans) {
    if (plan.leadingDigits ? plan.leadingDigits.test(national) : plan.valid.test(national)) return plan
  }
  return null
}

export function isCountry(country: string): boolean {
  return planOf(country) !== null
}

/** `33` for `FR`; null for a country that has no plan. */
export function callingCodeOf(country: string): string | null {
  return planOf(country)?.callingCode ?? null
}

/** `33` of `33176360695`. Calling codes are prefix-free, so the first that exists is the one. */
export function leadingCallingCode(digits: string): string | null {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length)
    if (code.length === length && plansOf(code).length > 0) return code
  }
  return null
}

/** `unsure` means "ask the library". */
export type CertainVerdict = 'valid' | 'invalid' | 'unsure'

/**
 * What the library would say of `+digits`, where that is certain: no national prefix could be taken off, so it
 * would not change a digit, and only the patterns decide. Valid means valid and its own E.164.
 */
export function judgeInternational(digits: string): CertainVerdict {
  const code = leadingCallingCode(digits)
  if (code === null) return 'unsure'
  const plans = plansOf(code)
  const national = digits.slice(code.length)
  const prefix = plans[0]?.nationalPrefix?.exec(national)
  if (prefix && prefix[0] !== '') return 'unsure'
  // A number that fits no country is judged by the plan of the calling code's first country, as the library does.
  const plan = exactPlan(plans, national) ?? plans[0]
  return plan?.valid.test(national) ? 'valid' : 'invalid'
}

/**
 * The E.164 digits of a nationally written number, where the library's answer is certain: no IDD prefix, no
 * calling code in front, at most a literal trunk prefix to take off. Null means "ask the library".
 */
export function certainNational(digits: string, country: string): string | null {
  const plan = planOf(country)
  if (!plan || plan.internationalPrefix.test(digits) || digits.startsWith(plan.callingCode)) return null
  const prefix = plan.nationalPrefix?.exec(digits)
  if (prefix && prefix[0] !== '' && (plan.hasTransform || prefix.length > 1)) return null
  const national = prefix ? digits.slice(prefix[0].length) : digits
  const plans = plansOf(plan.callingCode)
  const exact = exactPlan(plans, national)
  if (!exact?.lengths.includes(national.length) || !plan.national.test(national)) return null
  return exact.valid.test(national) ? plan.callingCode + national : null
}
