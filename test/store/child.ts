/** A process of its own for the tests that kill it. Prints one line a step. */
import { acquireLock } from '../../src/store/lock.ts'
import { PaceRecord } from '../../src/store/pace/pace-record.ts'
import { openStore } from '../../src/store/store.ts'
import { NOW, sampleCall } from './samples.ts'

const [task, dir = ''] = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)

if (task === 'lock') {
  acquireLock(dir, { command: 'backfill', nowMs: NOW })
  say('locked')
  setInterval(() => undefined, 1000)
}

if (task === 'pace') {
  // Three processes that book without a pause may wait for each other longer than any that sends what it booked.
  const record = new PaceRecord(dir, 'aircall', 20_000)
  const starts = Array.from({ length: 40 }, () => record.book(record.lastMs() ?? 0, 10).startMs)
  say(JSON.stringify(starts))
}

if (task === 'open') {
  const store = openStore(dir)
  say(`opened ${store.calls.count(null)}`)
  store.close()
}

if (task === 'pages') {
  const store = openStore(dir)
  const windows = (nextPage: number) => [{ from: 0, to: 9_999_999_999, total: null, nextPage, done: false }]
  const readId = store.calls.openRead({ since: 1, until: 9_999_999_999 }, windows(1), NOW)
  for (let page = 1; ; page += 1) {
    const calls = Array.from({ length: 50 }, (_, i) =>
      sampleCall(String(page * 50 + i), { startedAt: page * 50 + i }),
    )
    store.transaction(() => {
      store.calls.savePage(readId, calls, NOW)
      store.calls.saveWindows(readId, windows(page + 1))
    })
    say(`saved ${page}`)
  }
}
