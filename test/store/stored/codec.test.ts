import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack, unpack } from '../../../src/store/stored/codec.ts'

describe('packing a value', () => {
  it('gives every JSON value back, small or large', () => {
    const large = fc.array(fc.string({ minLength: 40, unit: 'binary' }), { minLength: 30, maxLength: 40 })
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), large), (value) => {
        expect(unpack(pack(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('compresses what is large', () => {
    const payload = { description: 'One utterance after the other. '.repeat(400) }
    expect(pack(JSON.stringify(payload)).length).toBeLessThan(JSON.stringify(payload).length / 10)
  })

  it('reads what an earlier version compressed although it is small', () => {
    expect(unpack(brotliCompressSync('{"type":"Cold Call"}'))).toEqual({ type: 'Cold Call' })
  })

  it('marks plain JSON with a byte that no Brotli stream begins with', () => {
    const [mark] = pack('{}')
    for (let second = 0; second < 256; second += 1)
      expect(() => brotliDecompressSync(Uint8Array.of(mark ?? 0, second, 0x7d))).toThrow()
  })
})
