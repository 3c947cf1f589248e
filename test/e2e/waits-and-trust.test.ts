/** What a server asks for, or shows, that no repetition changes: through the built command, on loopback. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useWorkplace } from '../support/command.ts'
import { CERTIFICATE_PATH, serveTls, useProxy } from '../support/proxy.ts'
import { startCommand } from '../support/started-command.ts'

const KEYS = { AIRCALL_API_ID: 'id', AIRCALL_API_TOKEN: 'token', PLANHAT_API_TOKEN: 'token' }

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const throttling = (seconds: string): RequestListener => {
  return (_, response) => void response.writeHead(429, { 'retry-after': seconds }).end('{}')
}

describe('a server that asks to wait', () => {
  it('for a day ends the run with 5 and says until when', async () => {
    const url = await serve(throttling('86400'))
    const place = useWorkplace({ ...KEYS, AIRCALL_BASE_URL: url, PLANHAT_BASE_URL: url })
    const { exitCode, body } = await place.json('index', 'pull')
    expect(exitCode).toBe(5)
    expect(body).toMatchObject({ error: { code: 'HTTP_WAIT_TOO_LONG', exitCode: 5 } })
    const said = (body as { error: { message: string } }).error.message
    const until = Date.parse(/until (\S+Z)/.exec(said)?.[1] ?? '')
    expect(Math.abs(until - Date.now() - 86_400_000)).toBeLessThan(600_000)
  })

  it.each([
    ['reconcile', '--since', '2d'],
    ['reconcile', '--since', '2d', '--json'],
    ['index', 'pull', '--no-progress'],
    ['index', 'pull', '--json', '--log-format', 'json'],
  ])('for two minutes makes %s %s %s %s say so on stderr when the wait begins', async (...args) => {
    const url = await serve(throttling('120'))
    const place = useWorkplace({ ...KEYS, AIRCALL_BASE_URL: url, PLANHAT_BASE_URL: url })
    const command = startCommand(args.filter(Boolean), { cwd: place.folder, env: place.env })
    await command.until(/Waiting 12\d s for (Aircall|Planhat), until \d{4}-\d\d-\d\dT/)
    expect(command.output.stdout).toBe('')
  })
})

describe('a certificate that is not to be trusted', () => {
  const unused = 'http://127.0.0.1:9'

  it('ends the run with 7 at once, with the reason and what helps', async () => {
    const asked: string[] = []
    const { port } = await serveTls((request, response) => {
      asked.push(request.url ?? '')
      response.end('[]')
    })
    const env = { ...KEYS, AIRCALL_BASE_URL: unused, PLANHAT_BASE_URL: `https://localhost:${port}` }
    const place = useWorkplace(env)
    const { exitCode, body } = await place.json('index', 'pull')
    expect(exitCode).toBe(7)
    expect(body).toMatchObject({ error: { code: 'HTTP_CERTIFICATE' } })
    expect(JSON.stringify(body)).toContain(`certificate of localhost:${port} is signed by itself`)
    expect(JSON.stringify(body)).toContain('NODE_EXTRA_CA_CERTS')
    expect(asked).toEqual([])
  })

  it("says that it is another host's", async () => {
    const { port } = await serveTls((_, response) => response.end('[]'))
    const proxy = await useProxy({ port })
    const place = useWorkplace({
      ...KEYS,
      AIRCALL_BASE_URL: unused,
      PLANHAT_BASE_URL: 'https://other.example',
      HTTPS_PROXY: `http://${proxy.host}`,
      NODE_EXTRA_CA_CERTS: CERTIFICATE_PATH,
    })
    const { exitCode, body } = await place.json('index', 'pull')
    expect(exitCode).toBe(7)
    expect(JSON.stringify(body)).toContain("certificate of other.example is another host's")
  })
})
