/**
 * A listener as life treats it: calls come in with their events, twice and mixed, while answers are slow and faults
 * run; it is killed and stopped at any moment and started again, and some calls come while nobody listens. Once the
 * trouble is over it has to become idle by itself, end well, and leave nothing for a reconcile.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { RawCall } from '../../src/sandbox/aircall/types.ts'
import type { FaultSettings } from '../../src/sandbox/faults.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { integerBetween, pickFrom } from '../../src/sandbox/world/random.ts'
import type { Caller } from '../../src/sandbox/world/world-types.ts'
import { expectedRecords } from '../../test/e2e/oracle.ts'
import { root } from './child.ts'
import type { Ending } from './watch.ts'

export interface ListenWorld {
  readonly sandbox: Sandbox
  readonly random: () => number
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly faults: FaultSettings
  /** Another command of the same profile. */
  run(args: readonly string[]): Promise<Ending>
}

const SIGNALS = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'] as const
const LIVES = [2, 4] as const
const LOOK_MS = 500
/** Time enough for the sandbox to see what has happened, and to begin to deliver it. */
const TICK_MS = 1_000
/** Longer than the latest look after a late event (45 s) and the first pause after trouble (30 s). */
const STILL_MS = 100_000
/** docs/contract.md section 9 says 10 s; a busy machine may need more to notice. */
const STOP_MS = 20_000
/** The sandbox's agents write their tags and notes so long after a call: then all events of it come together. */
const OVER_SECONDS = 30

/** @throws what a listener did that it must not do. */
export async function endureListening(world: ListenWorld): Promise<void> {
  const { sandbox, faults, run } = world
  Object.assign(sandbox.switches, { eventDelaySeconds: 1, deliveryRetrySeconds: 1 })
  // Calls of the made-up world that go on for as long as anybody looks: a listener asks after each for six minutes.
  for (const call of [...sandbox.aircall.calls()])
    if (call.ended_at === null) sandbox.aircall.removeCall(call.id)
  const url = `http://127.0.0.1:${await freePort()}/aircall`
  const registered = await run(['webhook', 'register', '--url', url, '--yes'])
  if (registered.exitCode !== 0) throw new Error(`webhook register: ${registered.stderr.slice(-2_000)}`)
  const phone = new Telephone(world)
  sandbox.faults.set(faults)
  const listener = new Listening(world, url)
  try {
    await live(world, { listener, phone })
  } finally {
    listener.kill()
  }
  expectTruth(sandbox, phone.calls)
}

async function live(
  world: ListenWorld,
  { listener, phone }: { listener: Listening; phone: Telephone },
): Promise<void> {
  const { sandbox, random } = world
  for (let left = integerBetween(...LIVES, random); left > 0; left -= 1) {
    await listener.start()
    await phone.ringFor(integerBetween(500, 5_000, random))
    await listener.stop(pickFrom(SIGNALS, random))
    await phone.ringFor(integerBetween(0, 1_500, random))
    phone.isTagging = left > 2
  }
  await listener.start()
  await phone.ringFor(integerBetween(500, 2_000, random))
  sandbox.faults.set({})
  await becomeHeard(world, listener)
  phone.hangUp()
  await pause(TICK_MS)
  await becomeIdle(world, listener)
  await listener.stop('SIGTERM')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Somebody phones again and again: known people and strangers, calls that are over, go on or are passed on. */
class Telephone {
  readonly calls: number[] = []
  /** Whether calls of before are tagged: each is looked at 45 s later, which the end has to wait for. */
  isTagging = true
  readonly #world: ListenWorld
  readonly #going = new Set<number>()

  constructor(world: ListenWorld) {
    this.#world = world
  }

  async ringFor(ms: number): Promise<void> {
    const untilMs = performance.now() + ms
    while (performance.now() < untilMs) {
      this.#something()
      await pause(integerBetween(20, 600, this.#world.random))
    }
  }

  /** Every call ends, and every transcript is there. */
  hangUp(): void {
    for (const id of this.#going) this.#end(id)
    for (const id of this.calls) this.#world.sandbox.aircall.ripen(id)
  }

  #something(): void {
    const { sandbox, random } = this.#world
    const [going] = this.#going
    const luck = random()
    if (luck < 0.15 && going !== undefined) this.#end(going)
    else if (luck < 0.3 && this.isTagging && this.calls.length > 0) this.#tag(pickFrom(this.calls, random))
    else if (luck < 0.45 && this.calls.length > 0) sandbox.aircall.ripen(pickFrom(this.calls, random))
    else if (luck < 0.55) this.#passOn(this.#someone())
    else this.#ring(this.#someone())
  }

  #someone(): Caller {
    const { sandbox, random } = this.#world
    const { known, proposed, shared, unreadable } = sandbox.world.callers
    const kind = pickFrom([known, known, known, known, proposed, shared, unreadable], random)
    return pickFrom(kind.length === 0 ? known : kind, random)
  }

  #ring(caller: Caller): void {
    const { sandbox, random } = this.#world
    const ago = integerBetween(OVER_SECONDS, OVER_SECONDS + 30, random)
    const isGoing = random() < 0.2
    const id = this.#add(caller, {
      started_at: sandbox.aircall.nowSeconds - ago - integerBetween(20, 600, random),
      ended_at: isGoing ? null : sandbox.aircall.nowSeconds - ago,
    })
    if (isGoing) this.#going.add(id)
    else if (random() < 0.5) sandbox.aircall.ripen(id)
  }

  /** A call that a colleague goes on with. */
  #passOn(caller: Caller): void {
    const { aircall } = this.#world.sandbox
    const endedAt = aircall.nowSeconds - OVER_SECONDS
    const [first, second] = aircall.users
    if (first === undefined || second === undefined) return
    const times = { started_at: endedAt - 90, ended_at: endedAt - 40 }
    this.#add(caller, { ...times, user: first, transferred_to: second })
    this.#add(caller, { started_at: endedAt - 38, ended_at: endedAt, user: second })
  }

  #add({ raw, truth }: Caller, call: Partial<RawCall> & { readonly started_at: number }): number {
    const answered = { answered_at: call.started_at + 5 }
    const { id } = this.#world.sandbox.aircall.addCall({ raw_digits: raw, ...answered, ...call }, truth)
    this.calls.push(id)
    return id
  }

  #end(id: number): void {
    const { aircall } = this.#world.sandbox
    this.#going.delete(id)
    const startedAt = aircall.get(id)?.started_at ?? aircall.nowSeconds
    const endedAt = aircall.nowSeconds - OVER_SECONDS
    const ended = { ended_at: endedAt, duration: endedAt - startedAt, status: 'done' }
    aircall.patchCall(id, ended as never)
  }

  #tag(id: number): void {
    const { aircall, deliveries } = this.#world.sandbox
    aircall.patchCall(id, {
      tags: [{ id: 7, name: `Tag ${integerBetween(1, 99, this.#world.random)}` }] as never,
    })
    const call = aircall.get(id)
    if (call !== null) deliveries.emit('call.tagged', call)
  }
}

/** The built listener, one life after the other. */
class Listening {
  readonly #world: ListenWorld
  readonly #url: string
  #child: ChildProcess | null = null
  #ended: Promise<number | null> = Promise.resolve(null)
  stderr = ''

  constructor(world: ListenWorld, url: string) {
    this.#world = world
    this.#url = url
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** @throws where it ends before it listens. */
  async start(): Promise<void> {
    const { folder, env } = this.#world
    const { port } = new URL(this.#url)
    const child = spawn(process.execPath, [join(root, 'bin/run.js'), 'listen', '--port', port], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    this.stderr = ''
    this.#ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    const listens = new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        this.stderr += text
        if (this.stderr.includes('Listening on')) resolve()
      })
    })
    await Promise.race([listens, this.#ended])
    if (!this.isRunning) throw new Error(`the listener did not start: ${this.stderr.slice(-2_000)}`)
  }

  /** @throws where it does not end in time, or asked to end, not with 0. */
  async stop(signal: (typeof SIGNALS)[number]): Promise<void> {
    if (!this.isRunning) throw new Error(`the listener ended by itself: ${this.stderr.slice(-2_000)}`)
    this.#child?.kill(signal)
    const timer = new AbortController()
    const late = pause(STOP_MS, 'late', { signal: timer.signal }).catch(() => 'late')
    const exitCode = await Promise.race([this.#ended, late])
    timer.abort()
    if (signal === 'SIGKILL' || exitCode === 0) return
    throw new Error(`the listener ended with ${exitCode} after ${signal}: ${this.stderr.slice(-2_000)}`)
  }

  kill(): void {
    this.#child?.kill('SIGKILL')
  }
}

interface Status {
  readonly open: number
  readonly dead: number
  readonly deadCalls: readonly { readonly code: string }[]
}

/** Waits until our webhook is active: Aircall switches one off whose deliveries fail, and a listener wakes it. */
async function becomeHeard({ sandbox }: ListenWorld, listener: Listening): Promise<void> {
  const sinceMs = performance.now()
  while (sandbox.webhooks.all().some(({ active }) => !active)) {
    if (!listener.isRunning || performance.now() - sinceMs > STILL_MS)
      throw new Error(`the webhook stays switched off: ${listener.stderr.slice(-2_000)}`)
    await pause(LOOK_MS)
  }
}

/**
 * Waits as long as anything goes on. A call in whose work the process died three times is one for a person, who has it
 * tried again.
 */
async function becomeIdle(world: ListenWorld, listener: Listening): Promise<void> {
  const { sandbox, run } = world
  let seen = { what: '', atMs: performance.now() }
  for (;;) {
    const { exitCode, stdout, stderr } = await run(['listen', 'status', '--json'])
    if (exitCode !== 0) throw new Error(`listen status ended with ${exitCode}: ${stderr.slice(-2_000)}`)
    const { open, dead, deadCalls } = JSON.parse(stdout) as Status
    if (dead > 0 && deadCalls.some(({ code }) => code !== 'PROCESS_DIED'))
      throw new Error(`dead: ${JSON.stringify(deadCalls)}`)
    if (dead > 0) await run(['listen', 'retry'])
    const { waiting } = sandbox.deliveries
    if (open === 0 && dead === 0 && waiting === 0) return
    const what = JSON.stringify([open, dead, waiting, sandbox.log.length])
    if (what !== seen.what) seen = { what, atMs: performance.now() }
    if (!listener.isRunning || performance.now() - seen.atMs > STILL_MS)
      throw new Error(`the listener stands still at ${what}: ${listener.stderr.slice(-2_000)}`)
    await pause(LOOK_MS)
  }
}

/**
 * Planhat has just what the made-up world says, each record once: of added calls with their transcripts, of the others
 * the calls.
 */
function expectTruth(sandbox: Sandbox, added: readonly number[]): void {
  const isSplit = [...sandbox.planhat.conversations.values()].some(({ externalId }) =>
    isTranscript(externalId),
  )
  const ids = new Set(added.map(String))
  const isJudged = (externalId: string) =>
    !isTranscript(externalId) || (isSplit && ids.has(externalId.split('-')[0] ?? ''))
  const held = [...sandbox.planhat.conversations.values()].flatMap(({ externalId = '' }) =>
    /-(cold call|transcript)$/.test(externalId) && isJudged(externalId) ? [externalId] : [],
  )
  const until = sandbox.aircall.nowSeconds
  const expected = [...expectedRecords(sandbox, { since: 0, until }).keys()].filter(isJudged)
  const counts = Map.groupBy(held, (externalId) => externalId)
  const missing = expected.filter((externalId) => !counts.has(externalId))
  const wrong = [...counts].flatMap(([externalId, { length }]) =>
    length === 1 && expected.includes(externalId) ? [] : [`${externalId} x${length}`],
  )
  if (missing.length + wrong.length > 0)
    throw new Error(`missing in Planhat: ${missing.slice(0, 5)}; too much: ${wrong.slice(0, 5)}`)
}

const isTranscript = (externalId?: string) => externalId?.endsWith('-transcript') === true
