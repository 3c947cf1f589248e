import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorText } from '../../src/http/error-text.ts'
import { readExchange } from '../../src/http/reading.ts'
import { redact, secretsOf } from '../../src/http/redact.ts'

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/aircall/${name}.json`, import.meta.url), 'utf8'))

describe('what a server said', () => {
  it.each([
    ['error-application', 'Bad request (Please check the parameters)'],
    ['error-edge-forbidden', 'Forbidden'],
    [
      'error-list-cap',
      'Your query is limited to 10k results and pagination is out of bound, please use timestamps or other filters.',
    ],
    ['error-not-verified', 'Forbidden access: company is not verified.'],
  ])('is read from the shape of %s', (name, said) => {
    expect(errorText(fixture(name), '')).toBe(said)
  })

  it('is read from lists of errors, of strings and of objects', () => {
    expect(errorText({ errors: ['first', { message: 'second' }] }, '')).toBe('first; second')
  })

  it('is read from plain text and from HTML without its markup', () => {
    expect(errorText(null, 'upstream is away')).toBe('upstream is away')
    const page = '<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>'
    expect(errorText(null, page)).toBe('502 Bad Gateway')
    expect(errorText(null, '<script>alert(1)</script><p>Sorry,\n we are <b>down</b></p>')).toBe(
      'Sorry, we are down',
    )
  })

  it('is quoted as JSON when the shape is a new one, and is empty when nothing was said', () => {
    expect(errorText({ oops: true }, '')).toBe('{"oops":true}')
    expect(errorText(null, '')).toBe('')
  })

  it('is looked at no further than it is shown, however long and however much like an address', () => {
    const said = errorText({ message: 'http://'.repeat(30_000) }, '')
    expect(said).toHaveLength(300)
    expect(errorText(null, '1 '.repeat(100_000))).toBe('…11')
  })

  it('shows nothing of a secret that the cut went through', () => {
    const secret = 'sEcReT'.repeat(10)
    for (let before = 3_900; before < 4_010; before += 7) {
      const query = `https://host.example/?${'q'.repeat(before - 22)} `
      expect(errorText({ message: query + secret }, '', [secret])).not.toContain('sEcReT')
    }
  })

  it('is cut at 300 characters', () => {
    expect(errorText({ message: 'x'.repeat(5_000) }, '')).toHaveLength(300)
  })
})

describe('redaction', () => {
  it.each([
    ['invalid number +1 202-555-0143 given', 'invalid number …43 given'],
    ['(202) 555-0143', '…43'],
    ['from 33679198915', 'from …15'],
    ['on 2026-11-22 at 12:00', 'on 2026-11-22 at 12:00'],
    ['id 64a5f3210987654321abcdef is taken', 'id 64a5f3210987654321abcdef is taken'],
    ['limited to 10000 rows', 'limited to 10000 rows'],
    ['Authorization: Bearer abcdef123456', 'Authorization: Bearer [hidden]'],
    ['https://id:token@api.aircall.io/v1', 'https://[hidden]@api.aircall.io/v1'],
    ['see https://s3.example/x.mp3?sig=abc', 'see https://s3.example/x.mp3?[hidden]'],
  ])('shows %j as %j', (text, shown) => {
    expect(redact(text)).toBe(shown)
  })

  it('hides every part of the credentials in use', () => {
    const basic = `Basic ${Buffer.from('my-api-id:my-api-token').toString('base64')}`
    const said = `bad pair my-api-id / my-api-token / ${basic.slice(6)}`
    expect(redact(said, secretsOf(basic))).toBe('bad pair [hidden] / [hidden] / [hidden]')
    expect(redact('token planhat-secret is bad', secretsOf('Bearer planhat-secret'))).toBe(
      'token [hidden] is bad',
    )
  })
})

it('names the status once where the server repeats it in its own words', () => {
  const whyOf = (status: number, body: object) => {
    const exchange = { kind: 'answer', status, headers: {}, text: JSON.stringify(body) } as const
    const reading = readExchange(exchange, {}, { maxDepth: 9, maxValues: 1e6, secrets: [] })
    return reading.kind === 'failed' ? reading.why : null
  }
  expect(whyOf(429, { error: 'Too Many Requests', troubleshoot: 'Try later.' })).toBe(
    '429 Too Many Requests (Try later.)',
  )
  expect(whyOf(404, { error: 'not found' })).toBe('404 not found')
  expect(whyOf(404, { error: 'No such call' })).toBe('404 Not Found: No such call')
  expect(whyOf(503, {})).toBe('503 Service Unavailable: {}')
})
