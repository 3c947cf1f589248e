import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Monitor {
  readonly url: string
  /** Method and path of every ping, in order. */
  readonly pings: string[]
}

/** A heartbeat monitor on loopback that answers every ping with this status. */
export async function useMonitor(status = 200): Promise<Monitor> {
  const pings: string[] = []
  const server = createServer((request, response) => {
    pings.push(`${request.method} ${request.url}`)
    response.writeHead(status).end('OK')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pings }
}
