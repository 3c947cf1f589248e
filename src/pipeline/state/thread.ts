import { parentPort, workerData } from 'node:worker_threads'
import { COLUMNS, lineOf } from '../../review/columns.ts'
import { CsvDraft } from '../../review/write.ts'
import { openStore } from '../../store/store.ts'
import { packError } from './thread-error.ts'
import type { Answer, Word } from './words.ts'

/** The thread behind `StateWriter`: a connection of its own to the same state, one word after the other. */
const { stateDir } = workerData as { readonly stateDir: string }
const store = openStore(stateDir)
let review: CsvDraft | null = null

async function carryOut(word: Word): Promise<void> {
  switch (word.kind) {
    case 'begin-review':
      review = await CsvDraft.begin(word.draft.path, COLUMNS, word.draft)
      return
    case 'rows':
      store.plans.add(word.runId, word.rows)
      await review?.append(word.rows.map(lineOf))
      return
    case 'publish-review':
      await review?.publish()
      return
    case 'discard-review':
      await review?.discard()
      review = null
      return
    case 'close':
      store.close()
      parentPort?.close()
  }
}

let turn: Promise<unknown> = Promise.resolve()
parentPort?.on('message', (word: Word) => {
  turn = turn.then(async () => parentPort?.postMessage(await answerTo(word)))
})

function answerTo(word: Word): Promise<Answer> {
  return carryOut(word).then(() => null, packError)
}
