import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, type Failure, type RetryQuestion } from '../../src/http/retry.ts'

const NOW = Date.UTC(2026, 10, 22, 12, 0, 30)
const answered = (status: number, headers: Record<string, string> = {}): Failure => ({
  kind: 'answer',
  status,
  headers,
})

function ask(failure: Failure, more: Partial<RetryQuestion> = {}) {
  const question = { isWrite: false, failures: 1, throttles: 1, maxAttempts: 7, nowMs: NOW, random: 0 }
  return decide({ ...question, failure, resetHeader: 'X-AircallApi-Reset', ...more })
}

function waitOf(headers: Record<string, string>, more: Partial<RetryQuestion> = {}): number {
  const decision = ask(answered(429, headers), more)
  return decision.kind === 'pause' ? decision.untilMs - NOW : Number.NaN
}

describe('a 429', () => {
  const reset = NOW + 30_000

  it.each([
    ['the reset header in seconds', { 'x-aircallapi-reset': String(reset / 1_000) }, 31_000],
    ['the reset header in milliseconds', { 'x-aircallapi-reset': String(reset) }, 31_000],
    ['Retry-After in seconds', { 'retry-after': '45' }, 46_000],
    ['Retry-After as a date', { 'retry-after': new Date(reset).toUTCString() }, 31_000],
    [
      'the reset header before Retry-After',
      { 'x-aircallapi-reset': String(reset / 1_000), 'retry-after': '5' },
      31_000,
    ],
    [
      'Retry-After when the reset header is nonsense',
      { 'x-aircallapi-reset': 'soon', 'retry-after': '5' },
      6_000,
    ],
    ['a minute without any hint', {}, 60_000],
    [
      'a minute when the reset lies in the past',
      { 'x-aircallapi-reset': String(reset / 1_000 - 300) },
      60_000,
    ],
    ['Retry-After up to ten minutes', { 'retry-after': '600' }, 601_000],
  ])('is waited out by %s', (_name, headers, expected) => {
    expect(waitOf(headers)).toBe(expected)
  })

  it('measures a reset on the server clock, because laptops are minutes off', () => {
    const serverNow = NOW + 5 * 60_000
    const headers = {
      date: new Date(serverNow).toUTCString(),
      'x-aircallapi-reset': String(serverNow / 1_000 + 20),
    }
    expect(waitOf(headers)).toBe(21_000)
  })

  it('is never waited out for less than the hint, whatever the jitter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 600 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (s, random) => {
          const byReset = waitOf({ 'x-aircallapi-reset': String(NOW / 1_000 + s) }, { random })
          expect(byReset).toBeGreaterThanOrEqual(s * 1_000)
          expect(waitOf({ 'retry-after': String(s) }, { random })).toBeGreaterThanOrEqual(s * 1_000)
        },
      ),
    )
  })

  it.each([
    ['a day', { 'retry-after': '86400' }, 86_400_000],
    ['eleven minutes', { 'retry-after': '660' }, 660_000],
    ['a week', { 'retry-after': '604800' }, 604_800_000],
    ['a reset in an hour', { 'x-aircallapi-reset': String(NOW / 1_000 + 3_600) }, 3_600_000],
    ['a date tomorrow', { 'retry-after': new Date(NOW + 86_400_000).toUTCString() }, 86_400_000],
  ])('that asks for %s ends the run and says until when', (_name, headers, waitMs) => {
    const until = { kind: 'too-long', untilMs: NOW + waitMs }
    expect(ask(answered(429, headers))).toEqual(until)
    expect(ask(answered(429, headers), { isWrite: true })).toEqual(until)
  })

  it('is repeated for a write too, because it was not executed', () => {
    expect(ask(answered(429), { isWrite: true }).kind).toBe('pause')
  })

  it('ends after ten waits', () => {
    expect(ask(answered(429), { throttles: 9 }).kind).toBe('pause')
    expect(ask(answered(429), { throttles: 10 })).toEqual({ kind: 'give-up', code: 'HTTP_THROTTLED' })
  })
})

describe('a passing fault', () => {
  const faults: [string, Failure, string][] = [
    ['a 500', answered(500), 'HTTP_5XX'],
    ['a 503', answered(503), 'HTTP_5XX'],
    ['a reset connection', { kind: 'network', sent: true, code: 'ECONNRESET' }, 'HTTP_UNREACHABLE'],
    ['a body that is no JSON', { kind: 'body', code: 'BODY_BROKEN' }, 'HTTP_UNREACHABLE'],
  ]

  it.each(faults)('%s makes a read wait 1, 2, 4, 8, 16 and 30 s, then give up', (_name, failure, code) => {
    const waits = [1, 2, 3, 4, 5, 6].map((failures) => ask(failure, { failures }))
    expect(waits).toEqual([1, 2, 4, 8, 16, 30].map((s) => ({ kind: 'again', waitMs: s * 1_000 })))
    expect(ask(failure, { failures: 7 })).toEqual({ kind: 'give-up', code })
  })

  it.each(faults)('%s leaves the outcome of a write unknown', (_name, failure) => {
    expect(ask(failure, { isWrite: true })).toEqual({ kind: 'unknown-outcome' })
  })

  it('repeats a write whose connection never stood', () => {
    expect(ask({ kind: 'network', sent: false, code: 'ECONNREFUSED' }, { isWrite: true }).kind).toBe('again')
  })
})

describe('a fault that names its end', () => {
  it('is waited out by Retry-After where that is longer than our own pause', () => {
    expect(ask(answered(503, { 'retry-after': '120' }))).toEqual({ kind: 'again', waitMs: 120_000 })
    expect(ask(answered(503, { 'retry-after': '0' }))).toEqual({ kind: 'again', waitMs: 1_000 })
  })

  it('ends the run where it is further away than ten minutes', () => {
    const until = { kind: 'too-long', untilMs: NOW + 3_600_000 }
    expect(ask(answered(503, { 'retry-after': '3600' }))).toEqual(until)
  })
})

describe('a fault that the next try is sure to meet again', () => {
  const network = (code: string, sent = false): Failure => ({ kind: 'network', sent, code })

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'such as %s is never tried again, by reads and by writes',
    (code) => {
      expect(ask(network(code, true))).toEqual({ kind: 'untrusted', code })
      expect(ask(network(code, true), { isWrite: true })).toEqual({ kind: 'untrusted', code })
    },
  )

  it('such as a name that does not resolve is tried three times, in a diagnosis no oftener than it tries', () => {
    expect(ask(network('ENOTFOUND'), { failures: 2 }).kind).toBe('again')
    const end = { kind: 'give-up', code: 'HTTP_HOST_UNKNOWN' }
    expect(ask(network('ENOTFOUND'), { failures: 3 })).toEqual(end)
    expect(ask(network('ENOTFOUND'), { failures: 1, maxAttempts: 1 })).toEqual(end)
    expect(ask(network('EAI_AGAIN'), { failures: 3 }).kind).toBe('again')
  })

  it.each<Failure>([
    { kind: 'network', sent: true, code: 'BODY_TOO_LARGE' },
    { kind: 'body', code: 'BODY_TOO_LARGE' },
  ])('such as a body that is too large is downloaded twice at most: %j', (failure) => {
    expect(ask(failure, { failures: 1 }).kind).toBe('again')
    expect(ask(failure, { failures: 2 })).toEqual({ kind: 'give-up', code: 'HTTP_TOO_LARGE' })
  })
})

it.each([301, 400, 401, 403, 404, 405, 409, 413, 422])(
  'takes a %i for an answer, not for a fault',
  (status) => {
    expect(ask(answered(status))).toEqual({ kind: 'refused' })
    expect(ask(answered(status), { isWrite: true })).toEqual({ kind: 'refused' })
  },
)
