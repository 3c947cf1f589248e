import { fencedBlocks, pages, read } from './pages.ts'

export interface CommandLine {
  /** Where it is shown, `README.md:42`. */
  readonly where: string
  /** What follows the program's name, as the shell would split it. */
  readonly words: readonly string[]
}

/** Splits as a shell does, for what documentation shows: quotes, comments, and the end at an operator. */
export function splitWords(line: string): string[] {
  const words: string[] = []
  for (const [token] of line.matchAll(/(?:[^\s"'#;&|<>]|"[^"]*"|'[^']*'|(?<=\S)#)+|[#;&|<>]/g)) {
    if (/^[#;&|<>]$/.test(token)) break
    words.push(token.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single))
  }
  return words
}

/** Every command line of this program in the documentation, and in the examples of schedulers. */
export function shownCommandLines(): CommandLine[] {
  return [...documented(), ...scheduled()]
}

function documented(): CommandLine[] {
  return pages.flatMap((page) =>
    fencedBlocks(read(page), 'sh').flatMap((block) =>
      block.text.split('\n').flatMap((text, index) => at(`${page}:${block.line + index}`, text)),
    ),
  )
}

function scheduled(): CommandLine[] {
  const files = [
    'examples/crontab',
    'examples/systemd/aircall-sync.service',
    'examples/systemd/aircall-sync@.service',
    'examples/systemd/aircall-sync-listen.service',
    'examples/systemd/aircall-sync-listen@.service',
    'examples/github-actions.yml',
  ]
  const lines = files.flatMap((file) =>
    read(file)
      // As systemd reads the tenant's port from its environment.
      .replace(/\$\{LISTEN_PORT\}/g, '8788')
      .split('\n')
      .flatMap((text, index) => (/^\s*#/.test(text) ? [] : at(`${file}:${index + 1}`, text))),
  )
  const pods = ['examples/kubernetes/base/cronjob.yaml', 'examples/kubernetes/listen/deployment.yaml']
  const args = pods.flatMap((file) =>
    [...read(file).matchAll(/^\s*args: \[(.*)\]$/gm)].map(([, words = '']) => ({
      where: file,
      words: words.split(/,\s*/).map((word) => word.replace(/^"(.*)"$/, '$1')),
    })),
  )
  return [...lines, ...args]
}

/** At the start of a line, or after `&&`, `npx --no --`, `'` or `ExecStart=/usr/local/bin/`. */
function at(where: string, text: string): CommandLine[] {
  const found = [...text.matchAll(/(?:^\s*|&& |npx (?:--no -- )?|ExecStart=\S*\/)aircall-sync (?!&)([^']*)/g)]
  return found.map((one) => ({ where, words: splitWords(one[1] ?? '') }))
}
