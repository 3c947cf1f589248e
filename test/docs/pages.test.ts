import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fencedBlocks, filesBelow, pages, read, root, tableRows } from './pages.ts'

const codeOf = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? '')

/** As GitHub makes anchors of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((found) => found[1] ?? '')
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

describe('README', () => {
  it('has the lines that show and test everything, once each', () => {
    const lines = fencedBlocks(read('README.md'), 'sh').flatMap(({ text }) => text.trim().split('\n'))
    expect(lines.filter((line) => line.startsWith('npm ci'))).toEqual([
      'npm ci && npm run demo',
      'npm ci && npm test',
    ])
  })

  it('lists the commands as oclif generates them', () => {
    expect(() =>
      execFileSync(process.execPath, ['scripts/readme.js', '--check'], { cwd: root, stdio: 'pipe' }),
    ).not.toThrow()
  })
})

describe('the help of the commands', () => {
  it('says what each flag takes, and no default that is none', () => {
    const bad = filesBelow('docs/commands', '.md').flatMap((page) =>
      (read(page).match(/^.*(?:=<value>|\[default: \]).*$/gm) ?? []).map((line) => `${page}: ${line}`),
    )
    expect(bad).toEqual([])
  })
})

it('shows one and the same nightly cron line in README, operations and the example', () => {
  const lines = ['README.md', 'docs/operations.md', 'examples/crontab'].map((page) =>
    read(page)
      .split('\n')
      .filter((line) => line.startsWith('17 3 * * *')),
  )
  expect(lines[0]).toHaveLength(1)
  expect(new Set(lines.flat()).size).toBe(1)
  expect(lines.every((found) => found.length === 1)).toBe(true)
})

describe('the pages', () => {
  it('link to files and headings that exist', () => {
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(
        ([link, path, anchor]) => {
          const target = path ? join(dirname(page), path) : page
          if (!existsSync(join(root, target))) return [`${page}: ${link}`]
          return anchor && !anchorsOf(read(target)).has(anchor) ? [`${page}: ${link}`] : []
        },
      ),
    )
    expect(dead).toEqual([])
  })

  it('show JSON that can be read', () => {
    const bad = pages.flatMap((page) =>
      fencedBlocks(read(page), 'json').flatMap(({ text, line }) => {
        try {
          JSON.parse(text)
          return []
        } catch (error) {
          return [`${page}:${line}: ${(error as Error).message}`]
        }
      }),
    )
    expect(bad).toEqual([])
  })

  it('close every block of output that is filled in from real runs', () => {
    const open = pages.filter((page) => {
      const opened = read(page).match(/<!-- output: [a-z-]+ -->/g)?.length ?? 0
      return opened !== (read(page).match(/<!-- \/output -->/g)?.length ?? 0)
    })
    expect(open).toEqual([])
  })
})

describe('docs/architecture.md', () => {
  it('names every folder of src, and none that is not there', () => {
    const named = tableRows(read('docs/architecture.md'), '## The rooms').flatMap(([cell]) =>
      codeOf(cell ?? ''),
    )
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    expect(named.sort()).toEqual(folders.map(({ name }) => `src/${name}/`).sort())
  })

  it('says of every folder in a room what it is for, and of none that is not there', () => {
    for (const [room = '', does = ''] of tableRows(read('docs/architecture.md'), '## The rooms')) {
      const [folder = ''] = codeOf(room)
      const inside = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${relative(join(root, folder), join(entry.parentPath, entry.name))}/`)
      const named = codeOf(does).filter((code) => code.endsWith('/'))
      expect(named.sort(), folder).toEqual(inside.sort())
    }
  })

  it('names no file that is not there', () => {
    const prose = read('docs/architecture.md').replace(/^```[\s\S]*?^```$/gm, '')
    const files = codeOf(prose).filter((code) => /^(src|test|docs)\/[^*]*\w$/.test(code))
    expect(files.length).toBeGreaterThan(3)
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })
})

describe('docs/decisions.md', () => {
  it('justifies every library that is installed or bundled, and none that is not', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as {
      dependencies: Record<string, string>
      devDependencies: Record<string, string>
    }
    const inside = JSON.parse(read('scripts/bundled.json')) as string[]
    const bundled = Object.keys(devDependencies).filter((name) => inside.includes(name))
    const named = tableRows(read('docs/decisions.md'), '## Runtime dependencies').flatMap(([cell]) =>
      codeOf(cell ?? ''),
    )
    expect(named.sort()).toEqual([...Object.keys(dependencies), ...bundled].sort())
  })
})

describe('what operations.md and the examples rely on', () => {
  const operations = () => read('docs/operations.md')
  const sources = () => filesBelow('src', '.ts').map(read).join('\n')

  it('names metrics that are written', () => {
    const shown = new Set(
      (operations() + read('examples/prometheus/alerts.yml')).match(
        /aircall_sync_[a-z_]+[a-z](?!\.prom|[a-z_])/g,
      ),
    )
    const written = sources()
    const unknown = [...shown].filter(
      (name) => !written.includes(name) && !written.includes(`'${name.slice('aircall_sync_'.length)}'`),
    )
    expect(shown.size).toBeGreaterThan(10)
    expect(unknown).toEqual(['aircall_sync'].filter((name) => shown.has(name)))
  })

  it('names environment variables that are read', () => {
    const used = ['examples/env.example', 'Dockerfile', ...filesBelow('examples/systemd', '.service')]
      .map(read)
      .join('\n')
    const named = new Set(used.match(/\b(?:AIRCALL|PLANHAT)_[A-Z_]+\b/g))
    const text = sources()
    expect([...named].filter((name) => !text.includes(name))).toEqual([])
  })

  it('says what to do for every exit code of the program', () => {
    const rows = tableRows(operations(), '## Exit codes').flatMap(([cell]) =>
      (cell ?? '').split(', ').map(Number),
    )
    const codes = [...read('src/cli/exit-code.ts').matchAll(/: (\d+),/g)].map((found) => Number(found[1]))
    expect(rows.sort((a, b) => a - b)).toEqual(codes.sort((a, b) => a - b))
  })
})
