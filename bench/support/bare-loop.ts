/** What any reader must do at least: download the pages one after the other and parse them. Prints how many calls. */
import { request } from 'undici'

const { AIRCALL_BASE_URL = '', AIRCALL_API_ID, AIRCALL_API_TOKEN } = process.env
const [since = 0, until = 0, calls = 0] = process.argv.slice(2).map(Number)
const authorization = `Basic ${Buffer.from(`${AIRCALL_API_ID}:${AIRCALL_API_TOKEN}`).toString('base64')}`
const parts = Math.ceil(calls / 8_000)
const border = (part: number) => since - 1 + Math.floor(((until - since) * part) / parts)

let seen = 0
for (let part = 0; part < parts; part += 1) {
  for (let page = 1; ; page += 1) {
    const query = `from=${border(part)}&to=${border(part + 1)}&per_page=50&order=asc&page=${page}`
    const { body } = await request(`${AIRCALL_BASE_URL}/v1/calls?${query}`, { headers: { authorization } })
    const answer = (await body.json()) as { meta: { next_page_link: string | null }; calls: unknown[] }
    seen += answer.calls.length
    if (answer.meta.next_page_link === null) break
  }
}
console.log(seen)
