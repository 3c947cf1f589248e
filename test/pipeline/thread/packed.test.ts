import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import { loadSettings } from '../../../src/config/settings.ts'
import {
  FatalError,
  LockedError,
  RecordError,
  RefusedError,
  RetryableError,
  SyncError,
  UsageError,
} from '../../../src/errors.ts'
import { HttpError, UnknownOutcomeError } from '../../../src/http/client.ts'
import { packError, unpackError } from '../../../src/pipeline/thread/packed-error.ts'
import { packSettings, unpackSettings } from '../../../src/pipeline/thread/packed-settings.ts'
import { temporaryDir } from '../../store/samples.ts'

const travel = (error: unknown) => unpackError(structuredClone(packError(error)))

describe('an error between threads', () => {
  it.each([
    new UsageError('FILE_EXISTS', 'kept', { suggestions: ['give another --output'] }),
    new FatalError('DISK_FULL', 'full', { suggestions: ['make room'], cause: new Error('ENOSPC') }),
    new RetryableError('HTTP_UNREACHABLE', 'gone'),
    new RefusedError('GUARD', 'too many'),
    new LockedError('LOCKED', 'held'),
    new RecordError('CALL_ID', 'no number'),
  ])('arrives as what it was: $name', (error) => {
    const { name, code, message, suggestions, exitCode, stack } = error
    const arrived = travel(error)
    expect(arrived).toBeInstanceOf(error.constructor)
    expect(arrived).toMatchObject({ name, code, message, suggestions, exitCode, stack })
  })

  it('arrives without what it carries for its own thread, as the class that says what to do next', () => {
    const request = { method: 'GET', path: '/v1/ping' } as const
    const answer = { status: 403, json: { secret: 'of a server' }, text: '', headers: {}, dateMs: null }
    const refused = travel(new HttpError(request, answer, '403 Forbidden', 'Forbidden'))
    expect(refused).toBeInstanceOf(FatalError)
    expect(refused).toMatchObject({ name: 'HttpError', code: 'HTTP_REFUSED', exitCode: 7 })
    expect(JSON.stringify({ ...refused })).not.toContain('of a server')
    expect(travel(new UnknownOutcomeError(request, 'reset', null))).toBeInstanceOf(RetryableError)
  })

  it('keeps its causes, so that --verbose shows where it came from', () => {
    const cause = new RetryableError('HTTP_RESET', 'reset', { cause: new TypeError('deep') })
    const arrived = travel(new FatalError('AIRCALL_AUTH', 'refused', { cause }))
    expect(arrived.cause).toBeInstanceOf(RetryableError)
    expect((arrived.cause as Error).cause).toMatchObject({ name: 'TypeError', message: 'deep' })
  })

  it('that is a stop is still known as one, and one that nobody expected keeps its stack', () => {
    expect(travel(new DOMException('Stopped by SIGINT', 'AbortError'))).toMatchObject({ name: 'AbortError' })
    const arrived = travel(new TypeError('no such thing'))
    expect(arrived).not.toBeInstanceOf(SyncError)
    expect(arrived.stack).toContain('packed.test')
    expect(travel('words').message).toBe('words')
  })
})

describe('settings between threads', () => {
  const env = {
    AIRCALL_API_ID: 'fictional-id',
    AIRCALL_API_TOKEN: 'fictional-token',
    PLANHAT_API_TOKEN: 'fictional',
  }
  const HTTPS_PROXY = 'http://fictional:fictional@proxy.example:3128/'

  it('arrive whole, with secrets that still hide', () => {
    const settings = loadSettings({ flags: {}, env: { ...env, HTTPS_PROXY }, cwd: temporaryDir() })
    const arrived = unpackSettings(structuredClone(packSettings(settings)))
    expect({ ...arrived, credentials: null, proxy: null }).toEqual({
      ...settings,
      credentials: null,
      proxy: null,
    })
    expect(arrived.proxy?.url.reveal()).toBe(HTTPS_PROXY)
    const { aircall, planhat } = arrived.credentials
    expect([aircall?.id, aircall?.token, planhat].map((one) => one?.reveal())).toEqual(Object.values(env))
    expect(planhat).toBeInstanceOf(Secret)
    expect(JSON.stringify(arrived)).not.toContain('fictional')
  })

  it('arrive without credentials where there are none', () => {
    const settings = loadSettings({ flags: {}, env: {}, cwd: temporaryDir() })
    expect(unpackSettings(packSettings(settings)).credentials).toEqual({ aircall: null, planhat: null })
  })
})
