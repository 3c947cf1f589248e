import { parentPort, workerData } from 'node:worker_threads'
import type { StoredRow } from '../../records.ts'
import { bindRow, COLUMNS, lineOf } from '../../review/columns.ts'
import { CsvDraft } from '../../review/write.ts'
import { openStore } from '../../store/store.ts'
import { packError } from '../thread/packed-error.ts'
import type { Answer, Word } from './words.ts'

/** The thread behind `StateWriter`: a connection of its own to the same state, one word after the other. */
const { stateDir } = workerData as { readonly stateDir: string }
const store = openStore(stateDir)
let review: CsvDraft | null = null

function carryOut(word: Word): void {
  switch (word.kind) {
    case 'begin-review':
      review = new CsvDraft(word.draft.path, COLUMNS, word.draft)
      return
    case 'rows':
      storeRows(word.runId, word.rows.map(bindRow))
      return
    case 'publish-review':
      review?.publish()
      return
    case 'discard-review':
      review?.discard()
      review = null
      return
    case 'close':
      store.close()
      parentPort?.close()
  }
}

function storeRows(runId: string, rows: readonly StoredRow[]): void {
  store.plans.add(runId, rows)
  review?.append(rows.map(lineOf))
}

parentPort?.on('message', (word: Word) => parentPort?.postMessage(answerTo(word)))

function answerTo(word: Word): Answer {
  try {
    carryOut(word)
    return null
  } catch (error) {
    return packError(error)
  }
}
