// Builds src/ into an emptied dist/, so that a deleted source file leaves no command behind: the commands as files of
// their own, what they share as chunks, with the libraries inside of them. A few files that are read instead of
// hundreds make every command start sooner, and what runs is exactly what was tested.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import BUNDLED from './bundled.json' with { type: 'json' }

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const LICENCE = /^(licen[cs]e|notice|copying|copyright)/i
const CODE = /\.(c|m)?(j|t)s(\.map)?$/

// In an order that no file system decides, so that the same sources give the same bytes.
const ENTRIES = [...globSync('commands/**/*.ts', { cwd: at('src') }).sort(), 'cli/command-not-found.ts']

rmSync(at('dist'), { recursive: true, force: true })
const { output } = await build({
  plugins: [
    { name: 'ascii-only', generateBundle: (_options, bundle) => Object.values(bundle).forEach(escapeRest) },
  ],
  input: Object.fromEntries(ENTRIES.map((file) => [file.replace(/\.ts$/, ''), at(`src/${file}`)])),
  platform: 'node',
  logLevel: 'warn',
  // oclif finds its plugins by their packages.
  external: /^@oclif\//,
  // A package whose main file is UMD requires its parts by names that no bundler sees; its ESM build is whole.
  resolve: { mainFields: ['module', 'main'] },
  output: { dir: at('dist'), format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
})
const packages = packagesOf(output)
checkPackages(packages)
writeFileSync(at('dist/THIRD-PARTY.txt'), notices(packages))

/**
 * Node keeps a file whose every character is ASCII in half the memory and compiles it sooner. The data of libraries
 * (digits of other scripts, names of months) would make the three largest others.
 */
function escapeRest(chunk) {
  if (chunk.type !== 'chunk') return
  // There an escape would mean something else.
  if (/\\[^\0-\x7f]|String\.raw`[^`]*[^\0-\x7f]/.test(chunk.code))
    throw new Error(`${chunk.fileName} cannot be escaped`)
  chunk.code = chunk.code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Folders of packages: one that is installed twice may be here twice. */
function packagesOf(chunks) {
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds)
  const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [])
  return [...new Set(folders)].sort().map((folder) => ({
    folder,
    ...JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')),
  }))
}

/** The bill of materials goes by the list, so it names neither more nor less than what is in dist/. */
function checkPackages(packages) {
  const names = [...new Set(packages.map(({ name }) => name))].sort().join()
  if (names !== BUNDLED.join()) throw new Error(`scripts/bundled.json should name ${names}`)
}

/** Also those of what a package has taken over from others, which lie below it. */
function licenceFiles(folder) {
  const files = globSync('**/*', { cwd: folder, exclude: ['**/node_modules/**'], withFileTypes: true })
  return files
    .filter((file) => file.isFile() && LICENCE.test(file.name) && !CODE.test(file.name))
    .map((file) => `${file.parentPath}/${file.name}`)
    .sort()
}

function notices(packages) {
  const parts = packages.map(({ folder, name, version, license }) => {
    const texts = licenceFiles(folder).map((file) => readFileSync(file, 'utf8').trim())
    return [`${name} ${version} (${license})`, ...texts].join('\n\n')
  })
  return `dist/ holds parts of these packages.\n\n${parts.join(`\n\n${'='.repeat(80)}\n\n`)}\n`
}
