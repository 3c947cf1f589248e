import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { RawCall, RawLine, RawTranscription, RawUser } from '../../src/sandbox/aircall/types.ts'
import type {
  RawCompany,
  RawConversation,
  RawEndUser,
  RawPlanhatUser,
} from '../../src/sandbox/planhat/types.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { FakeClock } from '../http/support/fake-clock.ts'
import { type Journey, startJourney } from './journey.ts'

/** What Aircall and Planhat had when the state of `fixtures/state-0.1.0` was left. */
export interface World {
  readonly nowMs: number
  readonly lines: readonly RawLine[]
  readonly agents: readonly RawUser[]
  readonly calls: readonly RawCall[]
  readonly transcripts: Readonly<Record<string, RawTranscription>>
  readonly companies: readonly RawCompany[]
  readonly endUsers: readonly RawEndUser[]
  readonly users: readonly RawPlanhatUser[]
  readonly conversations: readonly RawConversation[]
}

const pathOf = (name: string) => new URL(`../../fixtures/state-0.1.0/${name}`, import.meta.url)

export function worldOf010(): World {
  return JSON.parse(readFileSync(pathOf('world.json'), 'utf8')) as World
}

/**
 * Goes on where 0.1.0 stopped: its state folder, in front of the same Aircall
 * and Planhat. `review` is its last file.
 */
export async function continueFrom010(
  o: { readonly isStateLost?: boolean } = {},
): Promise<Journey & { readonly review: string }> {
  const world = worldOf010()
  const options = { calls: 0, endUsers: 1, nowMs: world.nowMs, switches: { matureCalls: false } }
  const journey = await startJourney({
    sandbox: options,
    clock: new FakeClock(world.nowMs),
    layOut: fillWith(world),
  })
  if (o.isStateLost) {
    rmSync(join(journey.folder, 'state'), { recursive: true })
    await journey.pullIndex()
  }
  return { ...journey, review: join(journey.folder, 'review.csv') }
}

function fillWith(world: World) {
  return ({ aircall, planhat }: Sandbox, folder: string) => {
    aircall.numbers.splice(0, aircall.numbers.length, ...world.lines)
    aircall.users.splice(0, aircall.users.length, ...world.agents)
    for (const call of world.calls) aircall.addCall(call)
    for (const [id, transcription] of Object.entries(world.transcripts))
      aircall.setTranscript(id, transcription)
    refill(planhat.companies, world.companies)
    refill(planhat.endUsers, world.endUsers)
    refill(planhat.users, world.users)
    refill(planhat.conversations, world.conversations)
    // Their ids are taken: the fixture's sandbox gave them out.
    for (let used = 0; used < 100; used += 1) planhat.newId()
    mkdirSync(join(folder, 'state'))
    writeFileSync(join(folder, 'state', 'state.sqlite'), gunzipSync(readFileSync(pathOf('state.sqlite.gz'))))
    copyFileSync(pathOf('review.csv'), join(folder, 'review.csv'))
  }
}

function refill<T extends { _id: string }>(shelf: Map<string, T>, items: readonly T[]): void {
  shelf.clear()
  for (const item of items) shelf.set(item._id, item)
}
