import { describe, expect, it } from 'vitest'
import { sayPace, sayTime } from '../../../src/report/text/words.ts'

describe('how long requests take', () => {
  it('is said under the limit', () => {
    expect(sayTime(100, 180)).toBe('less than a minute')
    expect(sayTime(1_800, 180)).toBe('about 10 min')
    expect(sayTime(60_000, 60)).toBe('about 16 h 40 min')
  })

  it('is a range where fewer may be asked for, and said once where both ends read alike', () => {
    expect(sayPace(6_200, 60)).toBe('about 1 h 44 min at 60 requests a minute')
    expect(sayPace(540, 60, 120)).toBe('about 2 min to about 9 min at 60 requests a minute')
    expect(sayPace(900, 60_000, 200)).toBe('less than a minute at 60000 requests a minute')
  })
})
