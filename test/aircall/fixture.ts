import { readFileSync } from 'node:fs'

/** A wire example of `fixtures/aircall/`, parsed anew each time, so that a test may change its copy. */
export function fixture(name: string) {
  const path = new URL(`../../fixtures/aircall/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
}
