import { inspect } from 'node:util'

const HIDDEN = '[hidden]'

/** A credential. It prints as `[hidden]` everywhere; `reveal()` is for the Authorization header alone. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}

/**
 * Replaces every given secret in a text, also in the forms in which it travels (base64, percent-encoded).
 * The last net under messages that come from elsewhere.
 */
export function hideSecrets(message: string, secrets: readonly Secret[]): string {
  const forms = secrets.map((secret) => secret.reveal()).flatMap(formsOf)
  return forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), message)
}

function formsOf(value: string): string[] {
  // A value of two letters would black out half of every sentence; no real credential is that short.
  if (value.length < 4) return []
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '')
  return [...new Set([value, encodeURIComponent(value), base64])]
}
