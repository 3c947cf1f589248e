import { join, resolve } from 'node:path'
import type { Session } from './session.ts'

/** The review CSV is written while `plan` goes on; a plan that the guards refuse leaves no file that could be approved. */
export async function publishReview(
  { writer, summary, runDir }: Session,
  { output, overwrite }: { readonly output?: string | undefined; readonly overwrite: boolean },
  plan: () => Promise<void>,
): Promise<void> {
  const path = output ?? join(runDir, 'review.csv')
  await writer.say({ kind: 'begin-review', draft: { path: resolve(path), overwrite } })
  try {
    await plan()
    await writer.say({ kind: 'publish-review' })
    summary.files.review = path
  } finally {
    await writer.say({ kind: 'discard-review' })
  }
}
