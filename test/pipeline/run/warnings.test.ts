import { expect, it } from 'vitest'
import type { Warning } from '../../../src/domain.ts'
import { createWarnings } from '../../../src/pipeline/run/warnings.ts'
import type { Log } from '../../../src/report/live/log.ts'

it('says the first few warnings of a kind, each once, and counts the rest', () => {
  const list: Warning[] = []
  const said: string[] = []
  const log = { warn: (code: string, message: string) => said.push(`${code}: ${message}`) } as unknown as Log
  const warnings = createWarnings(log, list)
  warnings.add({ code: 'OTHER', message: 'one of another kind' })
  for (let at = 0; at < 20_000; at += 1) warnings.add({ code: 'CALL_UNREADABLE', message: `call ${at}` })
  warnings.add({ code: 'CALL_UNREADABLE', message: 'call 3' })
  warnings.close()
  warnings.close()
  expect(list).toHaveLength(12)
  expect(list.at(1)).toEqual({ code: 'CALL_UNREADABLE', message: 'call 0' })
  expect(list.at(-1)).toEqual({ code: 'CALL_UNREADABLE', message: 'and 19,990 more like these' })
  expect(said).toEqual(list.map(({ code, message }) => `${code}: ${message}`))
})
