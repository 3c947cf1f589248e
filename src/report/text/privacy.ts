import { formatNoun } from './words.ts'

/** PURE. What a purge removed, for the terminal. */
export function formatPurge(result: {
  readonly before: string
  readonly calls: number
  readonly transcripts: number
  readonly planRows: number
  readonly writes: number
  readonly runFolders: number
  readonly ledgerContents: number
}): string {
  return [
    `Removed local copies from before ${result.before}:`,
    `  ${formatNoun(result.calls, 'call')}, ${formatNoun(result.transcripts, 'transcript')}`,
    `  ${formatNoun(result.planRows, 'row')} of plans, ` +
      `${formatNoun(result.runFolders, 'folder')} of runs with their reports`,
    `  the content of ${formatNoun(result.ledgerContents, 'written record')}; that they were written stays known`,
    `  ${formatNoun(result.writes, 'entry', 'entries')} of the journal: runs undo does not reach back so far any more`,
    'Planhat was not touched.',
  ].join('\n')
}

/** PURE. What an erasure removed, for the terminal. */
export function formatErasure(
  erased: {
    readonly person: string
    readonly calls: number
    readonly transcripts: number
    readonly files: readonly string[]
    readonly elsewhere: readonly string[]
  },
  applied: { readonly deleted: number; readonly failed: number },
): string {
  return [
    `Erased ${erased.person}:`,
    `  ${formatNoun(erased.calls, 'call')} and ${formatNoun(erased.transcripts, 'transcript')} of the state`,
    `  ${formatNoun(applied.deleted, 'Conversation')} in ` +
      `Planhat${applied.failed > 0 ? `, and ${applied.failed} that Planhat kept: every run tries again` : ''}`,
    `  ${formatNoun(erased.files.length, 'file')} of earlier runs`,
    'Keyed hashes stay, so that no later run brings the calls back.',
    '',
    'Left for you to do: the calls and recordings in Aircall, the End User in Planhat, copies and backups of files.',
    ...erased.elsewhere.map((path) => `  look through ${path}`),
  ].join('\n')
}
