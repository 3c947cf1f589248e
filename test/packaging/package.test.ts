import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pages, read, root } from '../docs/pages.ts'

interface PackageJson {
  readonly name: string
  readonly version: string
  readonly engines: { readonly node: string }
  readonly dependencies: Readonly<Record<string, string>>
}
const manifest = JSON.parse(read('package.json')) as PackageJson

describe('the bill of materials', () => {
  const make = () =>
    execFileSync(process.execPath, [join(root, 'scripts/sbom.js'), '-'], { cwd: root, encoding: 'utf8' })
  interface Bom {
    readonly bomFormat: string
    readonly metadata: { readonly component: { readonly name: string; readonly version: string } }
    readonly components: readonly {
      readonly name: string
      readonly purl: string
      readonly licenses?: readonly unknown[]
    }[]
  }

  it('names the program and every production dependency with its licence, and no development one', () => {
    const bom = JSON.parse(make()) as Bom
    expect(bom.bomFormat).toBe('CycloneDX')
    expect(bom.metadata.component).toMatchObject({ name: manifest.name, version: manifest.version })
    const names = bom.components.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)))
    expect(names).toEqual(expect.arrayContaining(['echarts', 'zrender']))
    expect(names).not.toContain('vitest')
    expect(bom.components.filter(({ licenses }) => (licenses ?? []).length === 0)).toEqual([])
  })

  it('is the same bytes each time', () => {
    expect(make()).toBe(make())
  })
})

describe('what is bundled', () => {
  it('comes with the licence of every package, and of what that has taken over from others', () => {
    const notices = read('dist/THIRD-PARTY.txt')
    const bundled = JSON.parse(read('scripts/bundled.json')) as string[]
    expect(bundled.filter((name) => !notices.includes(`\n${name} `))).toEqual([])
    for (const file of [
      'undici/LICENSE',
      'undici/lib/web/fetch/LICENSE',
      'echarts/NOTICE',
      'echarts/licenses/LICENSE-d3',
    ])
      expect(notices).toContain(read(`node_modules/${file}`).trim())
  })
})

describe('the Dockerfile', () => {
  const lines = () => read('Dockerfile').split('\n')

  it('copies only what the ignore file lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    expect(allowed.filter((name) => !existsSync(join(root, name)))).toEqual([])
    const copied = lines()
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(/\s+/).slice(1, -1))
    expect(copied.filter((name) => name !== '.' && !allowed.includes(name))).toEqual([])
  })

  it('runs as an ordinary user, as the process that gets the signals, with its state on a volume', () => {
    const last = lines().slice(lines().findLastIndex((line) => line.startsWith('FROM ')))
    expect(last).toContain('USER node')
    expect(last).toContain('VOLUME /state')
    expect(last.find((line) => line.startsWith('ENTRYPOINT'))).toBe('ENTRYPOINT ["node", "/app/bin/run.js"]')
  })

  it('uses the major version of Node that is pinned for work in the repository', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } }
    const major = /\d+/.exec(devDependencies.node)?.[0]
    const images = lines().filter((line) => line.startsWith('FROM '))
    expect(images.map((line) => line.split(' ')[1])).toEqual(images.map(() => `node:${major}-slim`))
  })
})

function packedFiles(): string[] {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const answer = JSON.parse(listed) as
    | { files: { path: string }[] }[]
    | Record<string, { files: { path: string }[] }>
  return Object.values(answer).flatMap((one) => one.files.map(({ path }) => path))
}

describe('what is packed', () => {
  it('promises no older Node than the start script accepts', () => {
    const [, major, minor] = /const MINIMUM = \[(\d+), (\d+)\]/.exec(read('bin/runtime.js')) ?? []
    expect(manifest.engines.node).toBe(`>=${major}.${minor}`)
  })

  it('holds every page and example that its own pages lead to', () => {
    const files = packedFiles()
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)\s]+)?\)/g)]
        .map(([, path = '']) => join(dirname(page), path).replace(/\/$/, ''))
        .filter((target) => !files.some((file) => file === target || file.startsWith(`${target}/`)))
        .map((target) => `${page}: ${target}`),
    )
    expect(missing).toEqual([])
  })

  it('holds no tests, fixtures, sources or settings of its authors', () => {
    const files = packedFiles()
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/run.js',
        'package.json',
        'README.md',
        'LICENSE',
        'docs/errors.md',
        'docs/commands/apply.md',
      ]),
    )
    expect(files.filter((path) => /^(src|test|fixtures|bench|scripts)\/|\.env$|\.ts$/.test(path))).toEqual([])
  })
})

describe('the start script', () => {
  it('has a reader that leaves early without a word', () => {
    const line = '"$0" bin/run.js backfill --help | head -n 1; echo "$PIPESTATUS"'
    const done = spawnSync('bash', ['-c', line, process.execPath], { cwd: root, encoding: 'utf8' })
    expect(done.stderr).toBe('')
    expect(done.stdout.trim().split('\n').at(-1)).toBe('0')
  })
})

describe('the built program', () => {
  it('is ASCII throughout, and means what the sources mean', () => {
    const files = globSync('dist/**/*.js', { cwd: root })
    expect(files.length).toBeGreaterThan(30)
    const others = files.filter((file) => /[^\0-\x7f]/.test(readFileSync(join(root, file), 'utf8')))
    expect(others).toEqual([])
    const show = (file: string) =>
      execFileSync(process.execPath, [join(root, file), 'config', 'show'], {
        cwd: tmpdir(),
        encoding: 'utf8',
      })
    expect(show('bin/dev.js')).toContain('Aircall – inbound call from {who}')
    expect(show('bin/run.js')).toBe(show('bin/dev.js'))
  })
})
