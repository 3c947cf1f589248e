import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
const CODE = ['src', 'test', 'bench', 'scripts', 'bin'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
)
/** A regular expression cannot be broken, and the SQL of a released schema stays as it is, to the letter. */
const mayBeWide = (file: string, line: string) =>
  /^\s*\/[^/*\s].*\/[a-z]*,?$/.test(line) ||
  (file === 'src/store/migrations.ts' && /^ {2}[a-z_]+ (TEXT|INTEGER) |^CREATE TABLE /.test(line))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

describe('the rooms of the house', () => {
  it('keeps the arrows of the architecture, without a cycle', async () => {
    const rules = JSON.parse(read('.dependency-cruiser.json'))
    const { output } = await cruise([join(root, 'src')], {
      ...rules.options,
      ruleSet: { forbidden: rules.forbidden },
      validate: true,
      baseDir: root,
      outputType: 'json',
    })
    const { summary } = JSON.parse(String(output)) as {
      summary: { totalCruised: number; violations: { rule: { name: string }; from: string; to: string }[] }
    }
    expect(summary.totalCruised).toBeGreaterThan(sources.length - 1)
    const reasons = new Map(
      rules.forbidden.map((rule: { name: string; comment: string }) => [rule.name, rule.comment]),
    )
    const broken = summary.violations.map(
      (v) => `${v.from} -> ${v.to}: ${reasons.get(v.rule.name)} (${v.rule.name})`,
    )
    expect(broken).toEqual([])
  })

  it('gives every rule of the arrows its reason, for whoever breaks it', () => {
    const rules = JSON.parse(read('.dependency-cruiser.json')) as {
      forbidden: { name: string; comment?: string }[]
    }
    expect(rules.forbidden.filter(({ comment = '' }) => comment.length < 20)).toEqual([])
  })

  it('keeps a file a verb in src/pipeline, and no folder of more than 24 files', () => {
    const folders = Map.groupBy(sources, (file) => dirname(file))
    const crowded = [...folders]
      .filter(([, files]) => files.length > 24)
      .map(([folder, files]) => `${folder}: ${files.length}`)
    expect(crowded).toEqual([])
    expect(folders.get('src/pipeline')?.length).toBeLessThanOrEqual(16)
  })

  it('keeps clock, process, log and I/O out of the pure rooms', () => {
    const impure =
      /\bDate\.now\(|new Date\(\)|\bprocess\.|\bconsole\.|\bfetch\(|\bsetTimeout\(|Math\.random\(/
    const pure = sources.filter((file) => /^src\/(match|conversation|plan|reconcile)\//.test(file))
    expect(pure.length).toBeGreaterThan(5)
    expect(pure.filter((file) => impure.test(read(file)))).toEqual([])
  })

  it('keeps every file within 250 lines and the median within 70', () => {
    const lengths = sources.map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
    expect(lengths.filter(({ lines }) => lines > 250)).toEqual([])
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(70)
  })

  it('keeps every line of code, comment and text within 120 columns', () => {
    const lines = CODE.flatMap((file) =>
      read(file)
        .split('\n')
        .map((line, at) => ({ file, line, at: at + 1 })),
    )
    expect(lines.length).toBeGreaterThan(10_000)
    const wide = lines.filter(({ file, line }) => line.length > 120 && !mayBeWide(file, line))
    expect(wide.map(({ file, line, at }) => `${file}:${at}: ${line.length}`)).toEqual([])
  })

  it('writes every file in one place, which follows no link and takes no name that can be guessed', () => {
    const writers =
      /\b(writeFile|appendFile|createWriteStream|copyFile|rename|cp)(Sync)?\(|\bopenSync\([^)]*,\s*'[^r]/
    const found = sources.filter((file) => !file.startsWith('src/files/') && writers.test(read(file)))
    expect(found).toEqual([])
  })

  it('uses default exports in commands only', () => {
    const defaults = sources.filter((file) => /^export default/m.test(read(file)))
    expect(defaults.filter((file) => !file.startsWith('src/commands/'))).toEqual([])
  })
})
