import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { useWorkplace } from '../support/command.ts'
import { CERTIFICATE_PATH, forward, serveTls, useProxy } from '../support/proxy.ts'
import { useSandbox } from '../support/sandbox.ts'

it('everything leads out through the proxy of the company, whose password is written nowhere', async () => {
  const sandbox = await useSandbox({ calls: 60, days: 5, nowMs: Date.now() })
  const pings: string[] = []
  const answer = forward(sandbox.url)
  const { port } = await serveTls((request, response) => {
    if (request.headers.host !== 'monitor.example') return answer(request, response)
    pings.push(request.url ?? '')
    response.end('OK')
  })
  const proxy = await useProxy({ port, credentials: 'ops:pass-7d31c2' })
  const place = useWorkplace({
    ...sandbox.env,
    AIRCALL_BASE_URL: 'https://api.aircall.example',
    PLANHAT_BASE_URL: 'https://api.planhat.example',
    HTTPS_PROXY: `http://ops:pass-7d31c2@${proxy.host}`,
    NODE_EXTRA_CA_CERTS: CERTIFICATE_PATH,
  })
  const said: string[] = []
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await place.run(...args, '--verbose')
    said.push(stdout, stderr)
    expect([stdout, exitCode]).toEqual([stdout, 0])
  }
  await run('index', 'pull')
  await run('doctor')
  await run('backfill', '--since', '6d', '--apply')
  await run('reconcile', '--since', '6d', '--fix', '--exit-code', '--ping-url', 'https://monitor.example/abc')
  await run('config', 'show')

  expect(new Set(proxy.asked)).toEqual(
    new Set(['api.aircall.example:443', 'api.planhat.example:443', 'monitor.example:443']),
  )
  expect(proxy.plain).toEqual([])
  expect(pings).toEqual(['/abc/start', '/abc'])
  expect(sandbox.planhat.conversations.size).toBeGreaterThan(20)
  expect(said.join('')).toContain(proxy.host)
  const kept = readdirSync(place.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
  expect([...said, ...kept].join('')).not.toContain('pass-7d31c2')
}, 60_000)
