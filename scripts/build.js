// Compiles src/ into an emptied dist/, so that a deleted source file leaves no command behind. The charts and the
// spreadsheet reader are bundled with the parts of their libraries they use: installed whole, echarts alone would
// weigh more than all the rest.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const BUNDLED = ['echarts', 'zrender', 'tslib', 'read-excel-file', 'fflate', 'saxen', 'unzipper-esm']

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
rmSync(at('dist'), { recursive: true, force: true })
execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: at(''),
  stdio: 'inherit',
})
await build({
  input: at('src/report/charts.ts'),
  platform: 'node',
  logLevel: 'warn',
  output: { file: at('dist/report/charts.js'), format: 'esm', minify: true },
})
// Our own modules stay outside: an error class that stands twice is two classes.
await build({
  input: at('dist/planhat/export-xlsx.js'),
  platform: 'node',
  logLevel: 'warn',
  external: (id, importer) => id.startsWith('.') && importer === at('dist/planhat/export-xlsx.js'),
  output: { file: at('dist/planhat/export-xlsx.js'), format: 'esm', minify: true },
})
writeFileSync(at('dist/THIRD-PARTY.txt'), notices(BUNDLED))

function notices(names) {
  const parts = names.map((name) => {
    const { version, license } = JSON.parse(readFileSync(at(`node_modules/${name}/package.json`), 'utf8'))
    const texts = ['LICENSE', 'LICENSE.txt', 'NOTICE'].map((file) => readText(`node_modules/${name}/${file}`))
    return [`${name} ${version} (${license})`, ...texts.filter((text) => text !== null)].join('\n\n')
  })
  return `dist/report/charts.js and dist/planhat/export-xlsx.js hold parts of these packages.\n\n${parts.join(`\n\n${'='.repeat(80)}\n\n`)}\n`
}

function readText(path) {
  try {
    return readFileSync(at(path), 'utf8').trim()
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
