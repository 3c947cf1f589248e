import metadata from 'libphonenumber-js/metadata.max.json'
import type { CountryCode } from '../domain.ts'

const LANGUAGES = ['en', 'fr', 'de', 'es', 'it', 'pt', 'nl'] as const
// How CRMs spell countries whose English name in CLDR is another.
const ALIASES: Readonly<Record<string, CountryCode>> = {
  usa: 'US',
  'united states of america': 'US',
  uk: 'GB',
  'great britain': 'GB',
  england: 'GB',
  scotland: 'GB',
  'czech republic': 'CZ',
  uae: 'AE',
  'south korea': 'KR',
  holland: 'NL',
}

let names: ReadonlyMap<string, CountryCode> | null = null

function readNames(): ReadonlyMap<string, CountryCode> {
  const found = new Map<string, CountryCode>(Object.entries(ALIASES))
  for (const language of LANGUAGES) {
    const display = new Intl.DisplayNames([language], { type: 'region' })
    for (const code of Object.keys(metadata.countries)) {
      const name = display.of(code)?.toLowerCase()
      if (name && !found.has(name)) found.set(name, code)
    }
  }
  return found
}

/** `FR` for `FR`, `fr`, `France` or `Frankreich`; null for what is no country that has telephone numbers. */
export function readCountryName(text: string): CountryCode | null {
  const name = text.trim().toLowerCase()
  if (name === '') return null
  if (/^[a-z]{2}$/.test(name) && name.toUpperCase() in metadata.countries) return name.toUpperCase()
  names ??= readNames()
  return names.get(name) ?? null
}
