import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { listen } from '../../../src/pipeline/listen.ts'
import { startJourney } from '../../support/journey.ts'

it('ends with what is wrong where its inbox can be read no more', async () => {
  const journey = await startJourney({ sandbox: { calls: 5, endUsers: 10 } })
  const world = journey.world()
  const env = { AIRCALL_WEBHOOK_TOKEN: 'a-token-that-is-long-enough' }
  const ended = listen(world, {
    host: '127.0.0.1',
    port: 0,
    path: '/aircall',
    catchUpMs: 0,
    reconcileMs: 0,
    windowMs: 86_400_000,
    graceMs: 0,
    envFile: join(journey.folder, '.env'),
    revives: false,
    allowPublicBind: false,
    own: env,
    onListening() {
      const file = new DatabaseSync(join(world.settings.stateDir, 'inbox.sqlite'))
      file.exec('DROP TABLE calls')
      file.close()
    },
  })
  await expect(ended).rejects.toThrow(/no such table/)
})
