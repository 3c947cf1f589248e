import { Worker } from 'node:worker_threads'
import { unpackError } from '../thread/packed-error.ts'
import type { Answer, Word } from './words.ts'

const THREAD = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js'

/**
 * Its garbage is short-lived: a small space for new objects keeps it from growing with the range, and one of a few megabytes
 * would be collected three hundred times a second. The bound on old objects makes V8 collect them early; it needs 15 MB.
 */
const YOUNG_MB = 16
const OLD_MB = 256

interface Waiting {
  resolve(): void
  reject(error: Error): void
}

/**
 * Writes to the state in a thread of its own, so that planning goes on meanwhile: the rows of a plan and its review CSV. Words are carried out one after the other; what one ended with is thrown to whoever waits for it.
 */
export class StateWriter {
  readonly #stateDir: string
  readonly #waiting: Waiting[] = []
  #worker: Worker | null = null
  #failure: Error | null = null

  constructor(stateDir: string) {
    this.#stateDir = stateDir
  }

  /** Starts the thread, where it is known that words will come: it loads while the run still waits for the network. */
  start(): void {
    this.#worker ??= this.#spawn()
  }

  /** Resolves when the word was carried out. @throws FatalError, UsageError as the store and the CSV do. */
  say(word: Word): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    this.#worker ??= this.#spawn()
    const worker = this.#worker
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      worker.postMessage(word)
    })
  }

  /** Ends the thread when it has carried out all that was said. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null || this.#failure !== null) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ kind: 'close' } satisfies Word)
    await ended
  }

  #spawn(): Worker {
    const worker = new Worker(new URL(THREAD, import.meta.url), {
      workerData: { stateDir: this.#stateDir },
      // Node 22 calls its SQLite experimental, once more in every thread.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    })
    worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.shift()
      if (answer === null) waiting?.resolve()
      else waiting?.reject(unpackError(answer))
    })
    worker.on('error', (error) => this.#fail(error as Error))
    worker.on('messageerror', (error) => this.#fail(error))
    worker.on('exit', () => this.#fail(new Error('The thread that writes the state has ended.')))
    return worker
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure)
  }
}
