import { describe, expect, it } from 'vitest'
import { urlOf } from '../../src/http/message.ts'

const base = new URL('https://api.planhat.example/prefix')

describe('the address of a request', () => {
  it.each(['.', '..', '%2e', '%2E%2e', '.%2e'])(
    'is never made with %j for an id, which would be another address',
    (id) => {
      expect(() => urlOf(base, { path: `/conversations/${id}` })).toThrow(
        expect.objectContaining({ code: 'HTTP_PATH', exitCode: 7 }),
      )
    },
  )

  it.each(['...', 'a..b', '.a', 'extid-.', 'extid-1%20-..'])('takes %j for what it is', (id) => {
    expect(urlOf(base, { path: `/conversations/${id}` }).pathname).toBe(`/prefix/conversations/${id}`)
  })
})
