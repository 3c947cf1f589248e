import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Hint } from '../../src/inbox/event.ts'
import { type Bounds, type InboxServerOptions, startInboxServer } from '../../src/inbox/server.ts'
import { readInbox } from '../../src/inbox/standing.ts'
import { createTokenCheck } from '../../src/inbox/tokens.ts'
import { PINNED_NODE } from '../support/started-command.ts'

const TOKEN = 'a-token-of-more-than-16'

async function useServer(o: Partial<InboxServerOptions> = {}) {
  const hints: Hint[] = []
  const answers: number[] = []
  const server = await startInboxServer({
    host: '127.0.0.1',
    port: 0,
    path: '/aircall',
    isToken: createTokenCheck([TOKEN]),
    accept: async (hint) => void hints.push(hint),
    readiness: () => ({ ready: true, working: true, reasons: [] }),
    metrics: () => 'aircall_sync_listen_working 1\n',
    onAnswer: ({ status }) => answers.push(status),
    ...o,
  })
  onTestFinished(() => server.close())
  return { server, hints, answers, url: server.url, port: Number(new URL(server.url).port) }
}

const delivery = (id: unknown = 7, token: unknown = TOKEN) =>
  JSON.stringify({ resource: 'call', event: 'call.ended', timestamp: 1, token, data: { id } })

const post = (url: string, body: string | ReadableStream, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    body,
    headers,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit)

/** Everything that comes back on a raw connection until the other side ends it. */
async function converse(port: number, send: (socket: Socket) => void): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  let said = ''
  socket.on('error', () => {})
  socket.setEncoding('latin1').on('data', (text: string) => {
    said += text
  })
  await once(socket, 'connect')
  const over = Promise.race([once(socket, 'end'), once(socket, 'close')])
  send(socket)
  await over
  socket.destroy()
  return said
}

const headOf = (length: number | string, path = '/aircall') =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`

describe('startInboxServer', () => {
  it('answers a delivery with 200 once it is stored', async () => {
    const { url, hints } = await useServer()
    const answer = await post(`${url}?source=aircall`, delivery())
    expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}'])
    expect(answer.headers.get('content-type')).toMatch('application/json')
    expect(hints).toEqual([{ event: 'call.ended', callId: '7' }])
  })

  it('refuses as the contract says, and closes the connection after it', async () => {
    const { url, hints } = await useServer()
    const big = `{"pad":"${'x'.repeat(300_000)}"}`
    const stream = () => new Blob([big]).stream()
    const wanted: [Promise<Response>, number][] = [
      [post(url, delivery(7, 'wrong-token-of-the-right-size')), 401],
      [post(url, '{"data":{"id":7}}'), 401],
      [post(url, '[1]'), 400],
      [post(url, ''), 400],
      [post(url, big), 413],
      [post(url, stream()), 413],
      [post(url, stream(), { 'content-encoding': 'gzip' }), 413],
      [post(url, delivery(), { 'content-encoding': 'identity' }), 415],
      [fetch(url), 405],
      [fetch(url, { method: 'PUT', body: delivery() }), 405],
      [post(`${url}/`, delivery()), 404],
      [fetch(new URL('/', url)), 404],
    ]
    for (const [sent, status] of wanted) {
      const answer = await sent
      expect([answer.status, await answer.text()]).toEqual([status, ''])
      expect(answer.headers.get('connection')).toBe('close')
    }
    expect(hints).toEqual([])
  })

  it('takes a delivery with an expectation that it does not know', async () => {
    const { port, hints } = await useServer()
    const head = headOf(delivery().length).replace(
      'Host: x',
      'Host: x\r\nExpect: the-best\r\nConnection: close',
    )
    expect(await converse(port, (socket) => socket.write(head + delivery()))).toMatch(/^HTTP\/1\.1 200 /)
    expect(hints).toHaveLength(1)
  })

  it('takes a body of just the largest size', async () => {
    const { url } = await useServer()
    const body = delivery()
      .replace('}}', `},"pad":"${'x'.repeat(256 * 1024)}`)
      .slice(0, 256 * 1024 - 2)
    expect((await post(url, `${body}"}`)).status).toBe(200)
    expect((await post(url, `${body}x"}`)).status).toBe(413)
  })

  it('lets a sender that is still sending hear that it is too much', async () => {
    const { port, answers } = await useServer()
    const said = await converse(port, (socket) => {
      socket.write(headOf(8 * 1024 * 1024))
      const more = setInterval(() => socket.write('x'.repeat(64 * 1024)), 1)
      socket.once('data', () => {
        clearInterval(more)
        socket.end()
      })
    })
    expect(said).toMatch(/^HTTP\/1\.1 413 /)
    expect(answers).toEqual([413])
  })

  it('says 503 with Retry-After where the inbox cannot be written, and goes on', async () => {
    let isFull = true
    const { url } = await useServer({
      accept: async () => {
        if (isFull) throw new Error('disk full')
      },
    })
    const refused = await post(url, delivery())
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30'])
    isFull = false
    expect((await post(url, delivery())).status).toBe(200)
  })

  it('says 503 while it stops, finishes what is in hand, and then is gone', async () => {
    let store = () => {}
    const stored = new Promise<void>((resolve) => {
      store = resolve
    })
    let began = () => {}
    const inHand = new Promise<void>((resolve) => {
      began = resolve
    })
    const { url, server } = await useServer({
      accept: async () => {
        began()
        await stored
      },
    })
    const first = post(url, delivery())
    await inHand
    server.refuse()
    const late = await post(url, delivery())
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '10'])
    expect((await fetch(new URL('/healthz', url))).status).toBe(200)
    expect((await fetch(new URL('/readyz', url))).status).toBe(503)
    const closed = server.close()
    store()
    expect((await first).status).toBe(200)
    await closed
    await expect(fetch(url)).rejects.toThrow()
  })

  it('serves what watches it on this machine, also by HEAD', async () => {
    const { url } = await useServer()
    expect(await (await fetch(new URL('/healthz', url))).text()).toBe('ok\n')
    expect(await (await fetch(new URL('/readyz', url))).json()).toEqual({
      ready: true,
      working: true,
      reasons: [],
    })
    expect(await (await fetch(new URL('/metrics', url))).text()).toContain('aircall_sync_listen_working 1')
    expect((await fetch(new URL('/healthz', url), { method: 'HEAD' })).status).toBe(200)
    expect(
      (await fetch(new URL('/metrics', url), { headers: { 'x-forwarded-for': '192.0.2.1' } })).status,
    ).toBe(404)
  })

  it('says that its port is taken', async () => {
    const { port } = await useServer()
    await expect(useServer({ port })).rejects.toMatchObject({ code: 'LISTEN_PORT', exitCode: 7 })
  })

  it('takes a token that comes into force while it runs', async () => {
    let tokens = [TOKEN]
    const { url } = await useServer({ isToken: (candidate) => createTokenCheck(tokens)(candidate) })
    expect((await post(url, delivery(7, 'the-next-token-of-all'))).status).toBe(401)
    tokens = [TOKEN, 'the-next-token-of-all']
    expect((await post(url, delivery(7, 'the-next-token-of-all'))).status).toBe(200)
  })
})

describe('slow, broken and hostile senders', () => {
  const short: Partial<Bounds> = { headersMs: 60, bodyMs: 60 }

  it('ends a connection on which no head comes, or never the end of one', async () => {
    const { port } = await useServer({ bounds: short })
    for (const start of ['', 'POST /aircall HTTP/1.1\r\nHost: x\r\n']) {
      expect(await converse(port, (socket) => void socket.write(start))).toMatch(/^(HTTP\/1\.1 408|$)/)
    }
  })

  it('ends a body that comes too slowly, whether it has a length or comes in chunks', async () => {
    const { port, answers } = await useServer({ bounds: { bodyMs: 60 } })
    const chunked = 'POST /aircall HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"tok'
    for (const start of [`${headOf(100)}{"token"`, chunked]) {
      expect(await converse(port, (socket) => void socket.write(start))).toMatch(/^HTTP\/1\.1 408 /)
    }
    expect(answers).toEqual([408, 408])
  })

  it('forgets a sender that goes away in the middle', async () => {
    const { port, url, hints } = await useServer({ bounds: short })
    for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
      await converse(port, (socket) => {
        socket.write(`${headOf(100)}{"token"`, () => socket[leave]())
      })
    }
    expect((await post(url, delivery())).status).toBe(200)
    expect(hints).toHaveLength(1)
  })

  it('answers a sender that has closed its side after a whole delivery', async () => {
    const { port } = await useServer()
    const body = delivery()
    const said = await converse(
      port,
      (socket) =>
        void socket.end(headOf(body.length).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n') + body),
    )
    expect(said).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('refuses too large a head, and what is no HTTP', async () => {
    const { port, url } = await useServer()
    const large = `POST /aircall HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17 * 1024)}\r\n\r\n`
    expect(await converse(port, (socket) => void socket.write(large))).toMatch(/^HTTP\/1\.1 431 /)
    expect(
      await converse(port, (socket) => void socket.write('\x16\x03\x01 no http at all\r\n\r\n')),
    ).toMatch(/^HTTP\/1\.1 400 /)
    expect(await converse(port, (socket) => void socket.write(headOf('12, 13')))).toMatch(/^HTTP\/1\.1 400 /)
    expect((await post(url, delivery())).status).toBe(200)
  })

  it('drops what is over a hundred connections, and serves again once they are gone', async () => {
    const { port, url } = await useServer({ bounds: { headersMs: 200 } })
    // Two thousand, but no more at once than a system keeps for a server that has not accepted them yet.
    for (let round = 0; round < 8; round++) {
      const sockets = Array.from({ length: 250 }, () => connect({ port, host: '127.0.0.1' }).resume())
      const closed = sockets.map(
        (socket) => new Promise((resolve) => socket.on('error', () => {}).on('close', resolve)),
      )
      await Promise.all(closed)
    }
    expect((await post(url, delivery())).status).toBe(200)
  })

  it('answers every delivery of two thousand that come by a hundred connections', async () => {
    const { url, hints } = await useServer()
    const sent = Array.from({ length: 2_000 }, (_, at) => at)
    const workers = Array.from({ length: 50 }, async () => {
      for (let at = sent.pop(); at !== undefined; at = sent.pop())
        expect((await post(url, delivery(at + 1))).status).toBe(200)
    })
    await Promise.all(workers)
    expect(new Set(hints.map(({ callId }) => callId)).size).toBe(2_000)
  })

  it('survives bodies of every size and shape', async () => {
    const { url } = await useServer()
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .dictionary(fc.string(), fc.jsonValue())
        .map((rest) => Buffer.from(JSON.stringify({ ...rest, token: TOKEN }))),
      fc.integer({ min: 0, max: 400_000 }).map((size) => Buffer.alloc(size, '{"token":')),
    )
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (bytes, isChunked) => {
        const status = await raw(url, bytes, isChunked)
        const isGood = bytes.includes(`"token":"${TOKEN}"`)
        if (isGood) expect(status).toBe(200)
        else expect([400, 401, 413]).toContain(status)
      }),
      { numRuns: 200 },
    )
  })

  function raw(url: string, bytes: Buffer, isChunked: boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': bytes.length }
      const sent = request(url, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode ?? 0)
        response.resume()
      })
      sent.on('error', reject)
      sent.end(bytes)
    })
  }
})

describe('a receiver that dies', () => {
  const script = fileURLToPath(new URL('support/receiver.ts', import.meta.url))

  async function start(dir: string): Promise<{ child: ChildProcess; url: string }> {
    const child = spawn(PINNED_NODE, [script, dir, TOKEN], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [line] = await once(child.stdout!.setEncoding('utf8'), 'data')
    return { child, url: String(line).trim() }
  }

  it('has on disk whatever it acknowledged, and what it stored but could not acknowledge', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'aircall-sync-inbox-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    const { child, url } = await start(dir)
    const ended = once(child, 'exit')
    const sent = Array.from({ length: 40 }, (_, at) =>
      post(url, delivery(at + 1)).then(({ status }) => [at + 1, status]),
    )
    const answers = await Promise.all(sent)
    await expect(post(url, delivery(666))).rejects.toThrow()
    await ended
    expect(answers.every(([, status]) => status === 200)).toBe(true)
    expect(readInbox(dir, Date.now())?.open).toBe(41)
    // Aircall sends again what it got no answer to.
    const { url: again } = await start(dir)
    expect((await post(again, delivery(5))).status).toBe(200)
    expect(readInbox(dir, Date.now())?.open).toBe(41)
  })
})
