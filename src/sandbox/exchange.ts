/** One request and one answer, as the two embedded servers see them: no sockets here. */
export interface Ask {
  readonly method: string
  /** Still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is, instead of `body` as JSON. */
  readonly text?: string
  readonly contentType?: string
}

export type Handler = (ask: Ask) => Answer

export function answer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body, headers }
}

/** Path parts, decoded; a part that cannot be decoded stays as it came. */
export function pathParts(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part)
      } catch {
        return part
      }
    })
}

/** A whole number of the query, or the default; NaN where it is none. */
export function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name)
  if (text === null || text === '') return otherwise
  return /^-?\d+$/.test(text) ? Number(text) : Number.NaN
}
