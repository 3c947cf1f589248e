import { expect, it } from 'vitest'
import { isLoopback } from '../../src/config/environment.ts'

it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.9.8.7', '::1', '[::1]'])(
  'takes %s for this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true)
  },
)

it.each(['0.0.0.0', '::', '127.example.com', 'localhost.example.com', 'x127.0.0.1', '::1%eth0', ''])(
  'takes %s for an address that others may reach',
  (host) => {
    expect(isLoopback(host)).toBe(false)
  },
)
