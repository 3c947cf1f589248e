// A receiver in a process of its own, for tests that kill it: `node receiver.ts DIR`. It prints its address,
// and dies by itself before it answers the delivery of call 666, which is then on disk and unacknowledged.

import { systemClock } from '../../../src/http/clock.ts'
import { Inbox } from '../../../src/inbox/inbox.ts'
import { startInboxServer } from '../../../src/inbox/server.ts'
import { createTokenCheck } from '../../../src/inbox/tokens.ts'

const [dir = '', token = ''] = process.argv.slice(2)
const inbox = new Inbox({ dir, clock: systemClock })
const server = await startInboxServer({
  host: '127.0.0.1',
  port: 0,
  path: '/aircall',
  isToken: createTokenCheck([token]),
  accept: async (hint) => {
    await inbox.accept(hint)
    if (hint.callId === '666') process.kill(process.pid, 'SIGKILL')
  },
  readiness: () => ({ ready: true, working: true, reasons: [] }),
  metrics: () => '',
})
process.stdout.write(`${server.url}\n`)
