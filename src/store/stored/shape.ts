import { z } from 'zod'
import { UnreadableCellError } from '../row.ts'

/**
 * A kind of value that the state keeps as JSON. What an earlier version stored lacks what came later: the schema fills
 * it in. `version` goes up when the same words come to mean something else; what says none is of version 1 (0.1.0).
 */
export class Shape<T extends object> {
  readonly #name: string
  readonly #version: number
  readonly #schema: z.ZodType<T>
  readonly #lean: (value: T) => object
  #compiled: z.ZodType<T> | null = null

  /** `lean` leaves out (as `undefined`) what the schema fills in on reading. */
  constructor(
    name: string,
    version: number,
    schema: z.ZodType<T>,
    lean: (value: T) => object = (value) => value,
  ) {
    this.#name = name
    this.#version = version
    this.#schema = schema
    this.#lean = lean
  }

  /**
   * JSON text. The version stands before the value's own keys: copying a value
   * to add one key costs more than its text.
   */
  write(value: T): string {
    const json = JSON.stringify(this.#lean(value))
    if (Array.isArray(value)) return json
    return `{"v":${this.#version}${json === '{}' ? '' : ','}${json.slice(1)}`
  }

  /** @throws UnreadableCellError that names the key, never the value. */
  read(json: unknown): T {
    const version = (json as { readonly v?: unknown } | null)?.v ?? 1
    if (typeof version !== 'number' || version > this.#version) {
      throw new UnreadableCellError(`${this.#name} was stored by a newer version of aircall-sync`)
    }
    // Most commands read few shapes, and compiling one takes a millisecond.
    this.#compiled ??= z.compile(this.#schema)
    const parsed = this.#compiled.safeParse(json)
    if (parsed.success) return parsed.data
    const { path = [], message = '' } = parsed.error.issues[0] ?? {}
    throw new UnreadableCellError(
      `${this.#name} does not hold what was stored at "${path.join('.')}": ${message}`,
    )
  }
}

/**
 * An object schema with every key of T, the optional ones among them: a key
 * that is added to T does not compile without.
 */
export function every<T extends object>() {
  return <S extends { readonly [K in keyof T]-?: z.ZodType<unknown> }>(shape: S) => z.object(shape)
}
