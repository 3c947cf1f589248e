import { describe, expect, it } from 'vitest'
import { GUARD_NAMES } from '../../src/plan/guard.ts'
import { filesBelow, read, tableRows } from './pages.ts'

const page = () => read('docs/errors.md')
const sources = filesBelow('src', '.ts').filter((file) => !file.startsWith('src/sandbox/'))

/** Capitals that are no code of ours: environment variables, Node's, undici's and SQLite's own. */
const NOT_OURS =
  /^(AIRCALL|PLANHAT)_(API_ID|API_TOKEN|BASE_URL|WEBHOOK_TOKEN)$|^AIRCALL_SYNC_|^(HTTPS_PROXY|NO_PROXY|NO_COLOR|FORCE_COLOR|XDG_STATE_HOME|EAI_AGAIN|TIMEOUT|BODY_TOO_LARGE|BODY_BROKEN)$|^(CERT_|DEPTH_ZERO_)|^(UND_)?ERR_/

/** Names of arguments in a command's help. */
const withoutHelp = (text: string) => text.replace(/\b(?:name|helpValue): '[A-Z_]+'/g, '')

/** A literal in capitals with an underscore, or the first argument of one of our errors. */
function codesIn(source: string): string[] {
  const text = withoutHelp(source)
  const literals = [...text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map((found) => found[1] ?? '')
  const named = [
    ...text.matchAll(/\b(?:Usage|Retryable|Refused|Fatal|Locked|Record)Error\(\s*'([A-Z0-9_]+)'/g),
    ...text.matchAll(/\bwarn\(\s*'([A-Z0-9_]+)'/g),
    ...text.matchAll(/\bpick\(\s*'([A-Z0-9_]+)'/g),
    ...text.matchAll(/\bcode: '([A-Z0-9_]+)'/g),
  ].map((found) => found[1] ?? '')
  return [...literals, ...named].filter((code) => !NOT_OURS.test(code))
}

/** `warn('word-word', ...)` and `{ code: 'word-word' }`. */
function warningsIn(text: string): string[] {
  return [...text.matchAll(/(?:\bwarn\(\s*|\bcode: )'([a-z]+(?:-[a-z]+)+)'/g)].map((found) => found[1] ?? '')
}

/** Their codes are made from their names. */
const guardCodes = () => GUARD_NAMES.map((name) => `GUARD_${name.toUpperCase().replaceAll('-', '_')}`)

const sorted = (codes: Iterable<string>) => [...new Set(codes)].sort()
const names = (heading: string) =>
  tableRows(page(), heading).map(([code]) => (code ?? '').replaceAll('`', ''))

describe('docs/errors.md', () => {
  const documented = () => [...names('## Errors'), ...names('## Records'), ...names('## Warnings')]

  it('lists every code and warning of the program, and none that is not there', () => {
    const used = sources.flatMap((file) => [...codesIn(read(file)), ...warningsIn(read(file))])
    expect(used.length).toBeGreaterThan(30)
    expect(sorted(documented())).toEqual(sorted([...used, ...guardCodes()]))
  })

  it('lists each code once, with a cause and a remedy', () => {
    const codes = documented()
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
    const rows = ['## Errors', '## Records', '## Warnings'].flatMap((heading) => tableRows(page(), heading))
    expect(rows.filter((cells) => cells.some((cell) => cell === ''))).toEqual([])
  })

  it('gives each error the exit code of its class', () => {
    const exits = { Usage: 2, Retryable: 5, Refused: 6, Fatal: 7, Locked: 11 } as const
    const listed = new Map(
      tableRows(page(), '## Errors').map(([code, exit]) => [code?.replaceAll('`', ''), exit]),
    )
    const wrong = sources
      .flatMap((file) => [
        ...read(file).matchAll(/new (Usage|Retryable|Refused|Fatal|Locked)Error\(\s*'([A-Z0-9_]+)'/g),
      ])
      .filter(
        ([, kind, code]) =>
          !(listed.get(code) ?? '').split(', ').includes(String(exits[kind as keyof typeof exits])),
      )
      .map(([, kind, code]) => `${code} is a ${kind}Error`)
    expect(wrong).toEqual([])
  })
})
