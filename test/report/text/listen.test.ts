import { expect, it } from 'vitest'
import { formatListenStatus, type ListenStatus } from '../../../src/report/text/listen.ts'

const STATUS: ListenStatus = {
  listening: true,
  url: 'http://127.0.0.1:8787/aircall',
  since: '2026-09-29T12:00:00.000Z',
  open: 0,
  dead: 0,
  oldestSeconds: 0,
  lastEventAt: '',
  lastWriteAt: '',
  deadCalls: [],
}

it('says where it listens and that nothing waits', () => {
  expect(formatListenStatus(STATUS)).toBe(
    [
      'Listening on http://127.0.0.1:8787/aircall since 2026-09-29T12:00:00.000Z.',
      '0 calls with an event to be worked; 0 dead calls.',
      'Last event: none. Last write to Planhat: none.',
    ].join('\n'),
  )
})

it('names dead calls with their codes, and the command that tries them again', () => {
  const text = formatListenStatus({
    ...STATUS,
    listening: false,
    dead: 1,
    deadCalls: [{ callId: '4300000174', code: 'CALL_UNREADABLE' }],
  })
  expect(text).toContain('Nobody listens for this profile.')
  expect(text).toContain('4300000174  CALL_UNREADABLE')
  expect(text).toContain('aircall-sync listen retry')
})
