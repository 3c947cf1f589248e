import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detectEncoding, readText } from '../../src/files/encoding.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'encoding-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(bytes: Uint8Array): string {
  const path = join(folder, 'text')
  writeFileSync(path, bytes)
  return path
}

async function readAll(bytes: Uint8Array): Promise<[string, string, boolean]> {
  const path = write(bytes)
  const { encoding, isGuess } = await detectEncoding(path)
  let text = ''
  for await (const piece of readText(path, encoding)) text += piece
  return [text, encoding, isGuess]
}

const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()
const bytes = (text: string, table: Readonly<Record<string, number>>) =>
  Uint8Array.from(text, (letter) => table[letter] ?? letter.charCodeAt(0))
// https://encoding.spec.whatwg.org/index-windows-1252.txt and index-macintosh.txt
const MAC = { é: 0x8e, ü: 0x9f, ö: 0x9a, ß: 0xa7, ñ: 0x96, í: 0x92 }

describe('the encoding of a text file', () => {
  it.each([
    ['UTF-8', Buffer.from('Zoé;Müller'), 'utf-8', false],
    ['UTF-8 with a mark', Buffer.from('\uFEFFZoé;Müller'), 'utf-8', false],
    ['UTF-16 of Windows', Buffer.from('\uFEFFZoé;Müller', 'utf16le'), 'utf-16le', false],
    ['UTF-16 of Windows without a mark', Buffer.from('Zoé;Müller', 'utf16le'), 'utf-16le', false],
    ['UTF-16, big end first', swapped('\uFEFFZoé;Müller'), 'utf-16be', false],
    ['UTF-16, big end first, without a mark', swapped('Zoé;Müller'), 'utf-16be', false],
    ["a spreadsheet's plain CSV", Buffer.from('Zoé;Müller', 'latin1'), 'windows-1252', true],
    ["an old Mac's", bytes('Zoé;Müller', MAC), 'macintosh', true],
  ])('%s is known', async (_name, content, encoding, isGuess) => {
    expect(await readAll(content)).toEqual(['Zoé;Müller', encoding, isGuess])
  })

  it('is not taken for a Mac by a typographic apostrophe', async () => {
    const name = Uint8Array.from([...Buffer.from('O'), 0x92, ...Buffer.from('Brien')])
    expect(await readAll(name)).toEqual(['O’Brien', 'windows-1252', true])
  })

  it('is UTF-8 for every text that is UTF-8, whatever it holds', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !/[\0\uFEFF]/.test(one))
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        expect(await readAll(Buffer.from(one))).toEqual([one, 'utf-8', false])
      }),
      { numRuns: 50 },
    )
  })
})
