/** List pages go before single transcripts, so that matching starts while pages still arrive. */
export type Priority = 'page' | 'detail'

interface Waiter {
  readonly admit: () => void
  readonly refuse: (reason: unknown) => void
}

/** Requests that wait for their turn: by priority, then first come, first served. */
export class WaitingLine {
  readonly #queues: Record<Priority, Waiter[]> = { page: [], detail: [] }
  readonly #onEmpty: () => void

  /** @param onEmpty called when the last waiter gave up, so that nobody sleeps for it. */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty
  }

  get isEmpty(): boolean {
    return this.#queues.page.length + this.#queues.detail.length === 0
  }

  /** Resolves when admitted; rejects with the signal's reason as soon as that is aborted. */
  join(priority: Priority, signal: AbortSignal | undefined): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const queue = this.#queues[priority]
      const leave = () => {
        queue.splice(queue.indexOf(waiter), 1)
        reject(signal?.reason)
        if (this.isEmpty) this.#onEmpty()
      }
      const stay = () => signal?.removeEventListener('abort', leave)
      const waiter: Waiter = {
        admit: () => {
          stay()
          resolve()
        },
        refuse: (reason) => {
          stay()
          reject(reason)
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      queue.push(waiter)
    })
  }

  admitNext(): void {
    const waiter = this.#queues.page.shift() ?? this.#queues.detail.shift()
    waiter?.admit()
  }

  refuseAll(reason: unknown): void {
    for (const waiter of [...this.#queues.page.splice(0), ...this.#queues.detail.splice(0)])
      waiter.refuse(reason)
  }
}
