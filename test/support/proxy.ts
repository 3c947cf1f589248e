import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/**
 * Of the names `api.aircall.example`, `api.planhat.example`, `monitor.example`
 * and `localhost`, signed by itself, until 2126.
 */
export const CERTIFICATE_PATH = fileURLToPath(new URL('./tls/cert.pem', import.meta.url))
const KEY_PATH = fileURLToPath(new URL('./tls/key.pem', import.meta.url))

/** An https server on loopback under the names of the certificate. */
export async function serveTls(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const options = { key: readFileSync(KEY_PATH), cert: readFileSync(CERTIFICATE_PATH) }
  return listen(createTlsServer(options, handler))
}

/** Hands a request on to another server, and its answer back. */
export function forward(to: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (incoming, response) => {
    const { method, url = '/', headers } = incoming
    const outgoing = request(new URL(url, to), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  }
}

export interface CompanyProxy {
  /** Without user and password. */
  readonly host: string
  /** `host:port` of every tunnel that was asked for, in order. */
  readonly asked: string[]
  /** Requests that came in clear. */
  readonly plain: string[]
}

/** A proxy that leads every tunnel to one port of this machine, whatever name was asked for. */
export async function useProxy(o: { port: number; credentials?: string }): Promise<CompanyProxy> {
  const asked: string[] = []
  const plain: string[] = []
  const server = createServer((incoming, response) => {
    plain.push(incoming.url ?? '')
    response.writeHead(403).end()
  })
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    asked.push(incoming.url ?? '')
    const wanted = o.credentials && `Basic ${Buffer.from(o.credentials).toString('base64')}`
    if (wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const upstream = connect(o.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [upstream, socket])
      end.on('error', () => {
        upstream.destroy()
        socket.destroy()
      })
    onTestFinished(() => void upstream.destroy())
  })
  return { host: `127.0.0.1:${(await listen(server)).port}`, asked, plain }
}

async function listen(server: Server): Promise<{ port: number }> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port }
}
