import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLog, type LogOptions } from '../../../src/report/live/log.ts'
import { maskNumber, maskNumbers } from '../../../src/report/live/mask.ts'

function aLog(options: Partial<LogOptions> = {}) {
  const lines: string[] = []
  const stream = { write: (text: string) => lines.push(text) }
  const log = createLog({ format: 'text', stream, verbose: false, reveal: false, nowMs: () => 0, ...options })
  return { log, lines }
}

describe('createLog', () => {
  it('writes a line a message, with the code of a warning', () => {
    const { log, lines } = aLog()
    log.info('reading', { page: 3 })
    log.warn('WINDOW_MISMATCH', 'Aircall said 10, sent 9.')
    log.error('it broke')
    expect(lines).toEqual([
      'reading page=3\n',
      'Warning: Aircall said 10, sent 9. (WINDOW_MISMATCH)\n',
      'Error: it broke\n',
    ])
  })

  it('keeps debug for --verbose', () => {
    const quiet = aLog()
    quiet.log.debug('detail')
    const verbose = aLog({ verbose: true })
    verbose.log.debug('detail')
    expect([quiet.lines, verbose.lines]).toEqual([[], ['debug: detail\n']])
  })

  it('writes one JSON object a line for machines', () => {
    const { log, lines } = aLog({ format: 'json' })
    log.warn('X', 'two\nlines', { callId: '5237603' })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0]!)).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'two\nlines',
      code: 'X',
      callId: '5237603',
    })
  })

  it('masks numbers in messages and fields, also without a plus in a field named so', () => {
    const { log, lines } = aLog()
    log.info('from +33 1 99 00 12 34', { number: '2025550143', note: 'call +442079460018' })
    expect(lines[0]).toBe('from …34 number=…43 note=call …18\n')
  })

  it('shows them whole with --reveal, and hides secrets all the same', () => {
    const { log, lines } = aLog({ reveal: true, hide: (line) => line.replace('s3cret', '[hidden]') })
    log.info('from +12025550143 s3cret')
    expect(lines[0]).toBe('from +12025550143 [hidden]\n')
  })
})

describe('maskNumbers', () => {
  it.each([
    ['+12025550143', '…43'],
    ['+1 (202) 555-0143', '…43'],
    ['call (202) 555-0143 now', 'call …43 now'],
    ['202-555-0143', '…43'],
    ['+33 6 39 98 00 12, +44 20 7946 0018', '…12, …18'],
  ])('masks %s', (text, masked) => {
    expect(maskNumbers(text)).toBe(masked)
  })

  it.each([
    '20261122-201455-ab12',
    '2026-11-22T20:14:55.000+02:00',
    'call 5237603123 of 1,234,567',
    '+12 calls',
    'r0123456789abcdef0123',
    '127.0.0.1:8080',
    '1.250.300.1200',
  ])('leaves %s', (text) => {
    expect(maskNumbers(text)).toBe(text)
  })

  it('leaves no E.164 number readable', () => {
    const number = fc.stringMatching(/^\+[1-9][0-9]{7,14}$/)
    fc.assert(
      fc.property(number, fc.lorem(), (e164, words) => {
        expect(maskNumbers(`${words} ${e164} ${words}`)).not.toContain(e164.slice(1, -2))
      }),
    )
  })

  it('masks one number down to its last two digits', () => {
    expect([maskNumber('+12025550143'), maskNumber('anonymous'), maskNumber('112')]).toEqual([
      '…43',
      'anonymous',
      '112',
    ])
  })
})
