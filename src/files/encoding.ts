import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

/** Labels of `TextDecoder` (https://encoding.spec.whatwg.org/#names-and-labels). */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'macintosh'

/** `isGuess`: neither a byte order mark nor valid UTF-8 says so, only what the letters look like. */
export interface TextEncoding {
  readonly encoding: Encoding
  readonly isGuess: boolean
}

const WIDE_HEAD = 512
/** Bytes looked at to tell two old encodings apart; names repeat their letters soon. */
const GUESS_BYTES = 1024 * 1024

/** The first bytes of a file. */
export async function readHead(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/**
 * How the text of a file is written. By its byte order mark, else by the zero bytes that Latin text has in UTF-16, else
 * UTF-8 where all of it is valid, else one of two old encodings: a spreadsheet's plain CSV is Windows-1252, on an old
 * Mac MacRoman.
 */
export async function detectEncoding(path: string): Promise<TextEncoding> {
  const wide = detectWide(await readHead(path, WIDE_HEAD))
  if (wide !== null) return { encoding: wide, isGuess: false }
  if (await isUtf8(path)) return { encoding: 'utf-8', isGuess: false }
  const looksMac = looksMacRoman(await readHead(path, GUESS_BYTES))
  return { encoding: looksMac ? 'macintosh' : 'windows-1252', isGuess: true }
}

/** UTF-16 with or without a byte order mark; null for anything else. */
export function detectWide(head: Uint8Array): Encoding | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const zeros: [number, number] = [0, 0]
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[(i % 2) as 0 | 1] += 1
  // Latin text in UTF-16 has a zero in every other byte; UTF-8 text has none.
  if (zeros[1] > head.length / 4 && zeros[0] < zeros[1] / 4) return 'utf-16le'
  return zeros[0] > head.length / 4 && zeros[1] < zeros[0] / 4 ? 'utf-16be' : null
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true })
    decoder.decode()
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a))
/** Quotes and dashes of Windows-1252, which stand beside letters, too. */
const PUNCTUATION: readonly number[] = [0x85, 0x91, 0x92, 0x93, 0x94]

/**
 * MacRoman has its accented letters at 0x80-0x9F, where Windows-1252 has signs;
 * that one has its letters from 0xC0 on, where MacRoman has signs. So letters
 * beside letters decide, and lines that end with a bare CR, as old Macs wrote them.
 */
function looksMacRoman(bytes: Uint8Array): boolean {
  let mac = 0
  let windows = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte < 0x80 || !(isLetter(bytes[i - 1]) || isLetter(bytes[i + 1]))) continue
    if (byte >= 0xc0) windows += 1
    else if (byte <= 0x9f && !PUNCTUATION.includes(byte)) mac += 1
  }
  const bareReturns = bytes.includes(0x0d) && !bytes.includes(0x0a)
  return mac > windows || (bareReturns && mac === windows)
}

/** The text of a file, piece by piece, without its byte order mark. */
export async function* readText(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of createReadStream(path)) yield decoder.decode(chunk as Buffer, { stream: true })
  yield decoder.decode()
}
