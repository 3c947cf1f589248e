/** One row that a person (or `--apply`) approved. `line` is its line in the reviewed CSV. */
export interface Decision {
  readonly rowDigest: string
  readonly line: number | null
}
