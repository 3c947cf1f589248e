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
    `  ${result.calls} calls, ${result.transcripts} transcripts`,
    `  ${result.planRows} rows of plans, ${result.runFolders} folders of runs with their reports`,
    `  the content of ${result.ledgerContents} written records; that they were written stays known`,
    `  ${result.writes} entries of the journal: runs undo does not reach back so far any more`,
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
    `  ${erased.calls} calls and ${erased.transcripts} transcripts of the state`,
    `  ${applied.deleted} Conversations in Planhat${applied.failed > 0 ? `, and ${applied.failed} that Planhat kept` : ''}`,
    `  ${erased.files.length} files of earlier runs`,
    'Keyed hashes stay, so that no later run brings the calls back.',
    '',
    'Left for you to do: the calls and recordings in Aircall, the End User in Planhat, copies and backups of files.',
    ...erased.elsewhere.map((path) => `  look through ${path}`),
  ].join('\n')
}
