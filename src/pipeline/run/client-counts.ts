export type Host = 'aircall' | 'planhat'

/** Whatever counts the requests that it sends. */
interface Counting {
  readonly stats: object
}

/** Every client that was connected at one desk: whoever connects registers it, whoever sums up asks here. */
export interface ClientCounts {
  register<T extends Counting>(host: Host, client: T): T
  /** Adds to each of these counts what the clients of this host have under the same name. */
  addTo(counts: object, host: Host): void
  /** Milliseconds in which a request stood ready and the limit of its host held it back. */
  readonly waitedMs: Record<Host, number>
}

export function createClientCounts(): ClientCounts {
  const clients: Record<Host, Counting[]> = { aircall: [], planhat: [] }
  return {
    register(host, client) {
      clients[host].push(client)
      return client
    },
    addTo(counts, host) {
      const totals = counts as Record<string, number>
      for (const { stats } of clients[host]) {
        const known = stats as Readonly<Record<string, number>>
        for (const name of Object.keys(totals)) totals[name] = (totals[name] ?? 0) + (known[name] ?? 0)
      }
    },
    waitedMs: { aircall: 0, planhat: 0 },
  }
}
