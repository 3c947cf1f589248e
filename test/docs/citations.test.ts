import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow, read, root } from './pages.ts'

/** Pages that the code takes facts from. */
const CITED = 'aircall-api|planhat-api|automation|users-and-peers|webhooks-and-content|contract'

const sources = [
  ...['src', 'test', 'bench', 'scripts'].flatMap((folder) => filesBelow(folder, '.ts')),
].filter((file) => file !== 'test/docs/citations.test.ts')

interface Citation {
  readonly file: string
  readonly page: string
  /** What comes behind the page: `sections 3 and 8, rule 5`, `T5`, `7.1`. */
  readonly place: string
}

/** A comment may break a citation over two lines. */
function citationsOf(file: string): Citation[] {
  const text = read(file).replace(/\n\s*(?:\*|\/\/) /g, ' ')
  const cited = new RegExp(
    `([\\w/-]*\\b(?:${CITED})\\.md)(,? (?:sections? )?[^\\s:;)'\`*]*(?:(?:, | and | to )\\d[\\d.]*)*)?`,
    'g',
  )
  return [...text.matchAll(cited)].map((found) => ({
    file,
    page: found[1] ?? '',
    place: (found[2] ?? '').trim(),
  }))
}

const citations = sources.flatMap(citationsOf)

/** Sections (`3`, `7.1`) and rows (`T5`, `M11`) that a citation names. */
function namedIn(place: string): string[] {
  const numbers = /^,? ?(?:sections? )(.*)$/.exec(place)?.[1] ?? (/^\d/.test(place) ? place : '')
  const rows = /^[A-Z]\d+\b/.exec(place)?.[0]
  return [...(rows === undefined ? [] : [rows]), ...(numbers.match(/\d+(?:\.\d+)?/g) ?? [])]
}

function holds(page: string, name: string): boolean {
  const text = read(page)
  if (/^[A-Z]/.test(name)) return new RegExp(`\\b${name}\\b`).test(text)
  return new RegExp(`^#{2,3} ${name.replaceAll('.', '\\.')}(?:\\.|\\s)`, 'm').test(text)
}

describe('what the code cites', () => {
  it('is cited by its path, so that it can be opened', () => {
    expect(citations.length).toBeGreaterThan(100)
    const lost = citations.filter(({ page }) => !existsSync(join(root, page)))
    expect(lost.map(({ file, page }) => `${file}: ${page}`)).toEqual([])
  })

  it('exists: every cited section and row', () => {
    const known = citations.filter(({ page }) => existsSync(join(root, page)))
    const named = known.flatMap((citation) => namedIn(citation.place).map((name) => ({ ...citation, name })))
    expect(named.length).toBeGreaterThan(100)
    const missing = named.filter(({ page, name }) => !holds(page, name))
    expect(missing.map(({ file, page, name }) => `${file}: ${page} ${name}`)).toEqual([])
  })

  it('is never cited by a bare "contract section"', () => {
    const bare = sources.filter((file) =>
      /contract,? sections? \d/i.test(read(file).replaceAll('contract.md section', '')),
    )
    expect(bare).toEqual([])
  })
})
