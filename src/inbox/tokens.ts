import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether a value of a body is one of the tokens in force. */
export type TokenCheck = (candidate: unknown) => boolean

/**
 * Compares digests in constant time, with every token, also after one has fitted: how long it takes says nothing
 * about what was wrong.
 * @param tokens in clear, as the configuration holds them (checked there).
 */
export function createTokenCheck(tokens: readonly string[]): TokenCheck {
  const accepted = tokens.map(digest)
  return (candidate) => {
    if (typeof candidate !== 'string') return false
    const given = digest(candidate)
    return accepted.map((one) => timingSafeEqual(one, given)).includes(true)
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
