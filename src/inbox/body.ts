import type { IncomingMessage } from 'node:http'

export type BodyReading =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'too-large' | 'too-slow' | 'gone' }

export interface BodyBounds {
  readonly maxBytes: number
  readonly timeoutMs: number
  /** False: throw the bytes away. */
  readonly keep?: boolean
}

/**
 * Reads a body, counting while it comes: a `Content-Length` may lie, and a body in chunks has none. It never rejects.
 * What is over a bound is left unread.
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs, keep = true }: BodyBounds,
): Promise<BodyReading> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const end = (reading: BodyReading) => {
      clearTimeout(timer)
      request.off('data', take).off('end', whole).off('close', gone)
      request.pause()
      resolve(reading)
    }
    const take = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) end({ kind: 'too-large' })
      else if (keep) chunks.push(chunk)
    }
    const whole = () => end({ kind: 'whole', text: Buffer.concat(chunks).toString('utf8') })
    const gone = () => end({ kind: 'gone' })
    const timer = setTimeout(() => end({ kind: 'too-slow' }), timeoutMs)
    request.on('data', take).on('end', whole).on('close', gone)
    request.resume()
  })
}
