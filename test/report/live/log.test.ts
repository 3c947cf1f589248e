import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLog, type LogOptions } from '../../../src/report/live/log.ts'
import { maskFields, maskNumber, maskNumbers } from '../../../src/report/live/mask.ts'

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

  it('writes no sign that steers a terminal, and no line that passes for a message of its own', () => {
    const hostile = '\u001b[31mred\u202e\u009b2J\nError: forged\r\nWarning: forged'
    const text = aLog()
    text.log.warn('X', hostile, { name: 'a\nError: forged' })
    expect(text.lines.join('')).toBe(
      'Warning: red\n  Error: forged\n  Warning: forged (X) name=a\n  Error: forged\n',
    )
    const json = aLog({ format: 'json' })
    json.log.warn('X', hostile)
    expect(json.lines[0]).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u)
    expect((JSON.parse(json.lines[0]!) as { message: string }).message).toBe(hostile)
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
    ['+12025550143: matched', '…43: matched'],
    ['+12025550143x12', '…43x12'],
    ['from 020 7946 0958.', 'from …58.'],
    ['01 76 36 06 95', '…95'],
    ['02079460958', '…58'],
    ['0030 210 123 4567', '…67'],
    ['030/123456', '…56'],
    ['01.76.36.06.95 / 06.39.98.00.12', '…95 / …12'],
    ['number:02079460958, 06 39 98 00 12', 'number:…58, …12'],
    ['٠٢٠٧٩٤٦٠٩٥٨', '…٥٨'],
    ['+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨', '…٥٨'],
    ['＋４４２０７９４６０９５８', '…５８'],
  ])('masks %s', (text, masked) => {
    expect(maskNumbers(text)).toBe(masked)
  })

  it.each([
    '20261122-201455-ab12',
    'aircall-sync runs undo 20261122-201455-0359',
    '2026-11-22T20:14:55.000+02:00',
    'call 5237603123 of 1,234,567',
    '+12 calls',
    'r0123456789abcdef0123',
    '127.0.0.1:8080',
    '192.168.100.200',
    '2026-11-22 20:14:55',
    'Europe/Paris (2026-09-03 09:02 to 2026-11-27 09:02 UTC)',
    '22.11.2026',
    'Use a date (2026-11-22), or an age',
    '10 000 000 calls',
    '1.250.300.120',
    '12345.6789012',
    '3000000001-cold call',
    '600123456789012345678901',
    'https://assets.example/calls/3000000001/recording',
    '/srv/state/2026/11/22/0123456789',
    'eu-0123456789',
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

  it('leaves no national number with a trunk zero readable, however it is grouped', () => {
    const groups = fc.array(fc.stringMatching(/^[1-9]{2,4}$/), { minLength: 3, maxLength: 4 })
    const between = fc.constantFrom(' ', '-', '.', '/', ' / ', ') ')
    fc.assert(
      fc.property(groups, between, fc.lorem(), (parts, sign, words) => {
        const number = `0${parts.join(sign)}`
        expect(maskNumbers(`${words} ${number}, ${words}`)).toMatch(/ …\d\d, /)
      }),
    )
  })

  it('ends on any amount of digits and signs', () => {
    expect(maskNumbers('1 '.repeat(200_000)).length).toBeGreaterThan(0)
    expect(maskNumbers(`+${'1-'.repeat(200_000)}x`).length).toBeGreaterThan(0)
  })

  it('masks the fields of an object by their names, ids and places excepted', () => {
    const value = {
      id: '0123456789',
      callIds: ['0123456789'],
      input: '2025550143',
      rawDigits: '020 7946 0958',
      e164: '+442079460958',
      participants: [{ phoneNumber: '2025550143', name: 'Ada' }],
      because: 'Read as +442079460958.',
      files: { review: '/runs/0123456789/review.csv' },
      numbers: 7,
      missing: null,
    }
    expect(maskFields(value)).toEqual({
      ...value,
      input: '…43',
      rawDigits: '…58',
      e164: '…58',
      participants: [{ phoneNumber: '…43', name: 'Ada' }],
      because: 'Read as …58.',
    })
  })

  it('masks one number down to its last two digits', () => {
    expect([maskNumber('+12025550143'), maskNumber('anonymous'), maskNumber('112')]).toEqual([
      '…43',
      'anonymous',
      '112',
    ])
  })
})
