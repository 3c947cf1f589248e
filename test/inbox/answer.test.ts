import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerBody, answerHead, type Head, MAX_BODY_BYTES, type Standing } from '../../src/inbox/answer.ts'
import { createTokenCheck } from '../../src/inbox/tokens.ts'

const TOKEN = 'a-token-of-more-than-16'
const isToken = createTokenCheck([TOKEN, 'another-token-in-force'])

const standing = (o: Partial<Standing> = {}): Standing => ({
  path: '/aircall',
  isStopping: false,
  readiness: () => ({ ready: true, working: true, reasons: [] }),
  metrics: () => 'aircall_sync_listen_working 1\n',
  ...o,
})
const head = (o: Partial<Head> = {}): Head => ({ method: 'POST', target: '/aircall', headers: {}, ...o })

function statusOf(given: Head, o: Partial<Standing> = {}): number | 'read' | 'count' {
  const decision = answerHead(given, standing(o))
  return decision.kind === 'answer' ? decision.answer.status : decision.kind
}

describe('answerHead', () => {
  it('reads a POST to the path, whatever its query', () => {
    expect(statusOf(head())).toBe('read')
    expect(statusOf(head({ target: '/aircall?key=1#x' }))).toBe('read')
    expect(statusOf(head({ target: 'http://calls.example/aircall?x' }))).toBe('read')
  })

  it('decides from top to bottom: stopping, 404, 405, 413, then 415', () => {
    const worst = head({
      method: 'PUT',
      target: '/elsewhere',
      headers: { 'content-length': String(MAX_BODY_BYTES + 1), 'content-encoding': 'gzip' },
    })
    expect(statusOf(worst, { isStopping: true })).toBe(503)
    expect(statusOf(worst)).toBe(404)
    expect(statusOf({ ...worst, target: '/aircall' })).toBe(405)
    expect(statusOf({ ...worst, target: '/aircall', method: 'POST' })).toBe(413)
    expect(statusOf(head({ headers: { 'content-encoding': 'gzip' } }))).toBe('count')
    expect(statusOf(head({ headers: { 'content-length': String(MAX_BODY_BYTES) } }))).toBe('read')
  })

  it('names the method that is allowed', () => {
    const refused = answerHead(head({ method: 'GET' }), standing())
    expect(refused).toMatchObject({ answer: { status: 405, headers: { allow: 'POST' } } })
    const own = answerHead(head({ target: '/healthz' }), standing())
    expect(own).toMatchObject({ answer: { status: 405, headers: { allow: 'GET, HEAD' } } })
  })

  it('says when to try again while it stops', () => {
    const refused = answerHead(head(), standing({ isStopping: true }))
    expect(refused).toMatchObject({ answer: { status: 503, headers: { 'retry-after': '10' } } })
  })

  it.each(['/healthz', '/readyz', '/metrics'])(
    'answers %s on this machine, and 404 to what came through a proxy',
    (target) => {
      expect(statusOf(head({ method: 'GET', target }))).toBe(200)
      for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-anything']) {
        expect(statusOf(head({ method: 'GET', target, headers: { [name]: 'x' } }))).toBe(404)
      }
      expect(statusOf(head({ headers: { 'x-forwarded-for': '192.0.2.1' } }))).toBe('read')
    },
  )

  it('stays ready where only the work is in trouble, and is not where the inbox is or where it stops', () => {
    const inTrouble = { ready: true, working: false, reasons: ['guard match-rate'] }
    const ready = (o: Partial<Standing>) => {
      const { answer } = answerHead(head({ method: 'GET', target: '/readyz' }), standing(o)) as {
        answer: { status: number; body: string }
      }
      return { status: answer.status, ...JSON.parse(answer.body) }
    }
    expect(ready({ readiness: () => inTrouble })).toEqual({ status: 200, ...inTrouble })
    expect(ready({ readiness: () => ({ ready: false, working: true, reasons: ['inbox'] }) }).status).toBe(503)
    expect(ready({ isStopping: true })).toEqual({
      status: 503,
      ready: false,
      working: true,
      reasons: ['stopping'],
    })
  })

  it('is alive while it stops', () => {
    expect(statusOf(head({ method: 'GET', target: '/healthz' }), { isStopping: true })).toBe(200)
    expect(statusOf(head({ method: 'GET', target: '/nothing' }), { isStopping: true })).toBe(503)
  })
})

describe('answerBody', () => {
  const judge = (body: string) => {
    const decision = answerBody(body, isToken)
    return decision.kind === 'answer' ? decision.answer.status : decision.hint
  }

  it.each([
    '',
    'null',
    '[]',
    '"text"',
    '1',
    '{',
    '{"token":1',
    'token=abc',
    '\u0000',
    `[{"token":"${TOKEN}"}]`,
  ])('refuses %j as no JSON object', (body) => {
    expect(judge(body)).toBe(400)
  })

  it.each([
    undefined,
    null,
    1,
    true,
    [TOKEN],
    { token: TOKEN },
    '',
    TOKEN.slice(1),
    `${TOKEN} `,
    TOKEN.toUpperCase(),
  ])('refuses the token %j without a body', (token) => {
    expect(answerBody(JSON.stringify({ token }), isToken)).toMatchObject({
      answer: { status: 401, body: '' },
    })
  })

  it('accepts each token in force, with a byte order mark as well', () => {
    expect(judge(JSON.stringify({ token: TOKEN }))).toEqual({ event: 'other', callId: null })
    expect(judge(`\uFEFF${JSON.stringify({ token: 'another-token-in-force' })}`)).toEqual({
      event: 'other',
      callId: null,
    })
  })

  it('refuses everything where no token is in force', () => {
    expect(answerBody('{"token":""}', createTokenCheck([]))).toMatchObject({ answer: { status: 401 } })
  })

  it('accepts whatever comes with a right token', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (rest) => {
        expect(answerBody(JSON.stringify({ ...rest, token: TOKEN }), isToken).kind).toBe('accept')
      }),
    )
  })

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        expect([400, 401]).toContain(judge(body))
      }),
    )
    const deep = `{"token":"${TOKEN}","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(judge(deep)).toEqual({ event: 'other', callId: null })
  })
})
