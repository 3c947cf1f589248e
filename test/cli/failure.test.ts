import { describe, expect, it } from 'vitest'
import { formatFailure } from '../../src/cli/failure.ts'
import { widthOf } from '../../src/cli/style.ts'

const failure = {
  code: 'HTTP_CERTIFICATE',
  message:
    'The certificate of api.planhat.example is signed by nobody ' +
    'whom this machine trusts (UNABLE_TO_VERIFY_LEAF_SIGNATURE).',
  suggestions: [
    'set NODE_EXTRA_CA_CERTS to the certificate of your company, before the program starts, and run it again',
    'aircall-sync backfill --since 2026-01-01 --until 2026-02-01 --dry-run --state-dir /var/lib/aircall-sync',
  ],
  exitCode: 7,
}

describe('an error', () => {
  it('is broken between words at the width of the terminal, remedies and all', () => {
    for (const width of [40, 60, 80, 100]) {
      const lines = formatFailure(failure, width).split('\n')
      expect(lines.filter((line) => line.length > width)).toEqual([])
    }
    expect(formatFailure(failure, 80)).toBe(
      [
        'Error: The certificate of api.planhat.example is signed by nobody whom this',
        'machine trusts (UNABLE_TO_VERIFY_LEAF_SIGNATURE).',
        'Code: HTTP_CERTIFICATE',
        'Try this: set NODE_EXTRA_CA_CERTS to the certificate of your company, before the',
        '          program starts, and run it again',
        '          aircall-sync backfill --since 2026-01-01 --until 2026-02-01 \\',
        '          --dry-run --state-dir /var/lib/aircall-sync',
      ].join('\n'),
    )
  })

  it('keeps each of its parts in one line in a pipe, where it is searched for', () => {
    const { message, code, suggestions } = failure
    expect(formatFailure(failure)).toBe(
      `Error: ${message}\nCode: ${code}\nTry this: ${suggestions[0]}\n          ${suggestions[1]}`,
    )
  })
})

it.each([
  [{ isTTY: true, columns: 72 }, 72],
  [{ isTTY: true, columns: 250 }, 100],
  [{ isTTY: true, columns: 10 }, 40],
  [{ isTTY: true, columns: 0 }, 80],
  [{ isTTY: true }, 80],
  [{ isTTY: false, columns: 72 }, null],
  [{}, null],
])('writes for %j with %s columns', (stream, width) => {
  expect(widthOf(stream)).toBe(width)
})
