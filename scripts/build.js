// Compiles src/ into an emptied dist/, so that a deleted source file leaves no command behind. The charts
// are bundled with the part of echarts they use: installed whole it would be most of the product's weight.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

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
writeFileSync(at('dist/THIRD-PARTY.txt'), notices(['echarts', 'zrender', 'tslib']))

function notices(names) {
  const parts = names.map((name) => {
    const { version, license } = JSON.parse(readFileSync(at(`node_modules/${name}/package.json`), 'utf8'))
    const texts = ['LICENSE', 'LICENSE.txt', 'NOTICE'].map((file) => readText(`node_modules/${name}/${file}`))
    return [`${name} ${version} (${license})`, ...texts.filter((text) => text !== null)].join('\n\n')
  })
  return `dist/report/charts.js holds parts of these packages.\n\n${parts.join(`\n\n${'='.repeat(80)}\n\n`)}\n`
}

function readText(path) {
  try {
    return readFileSync(at(path), 'utf8').trim()
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
