// Writes the commands section of README.md and a page for each topic into docs/commands/, by oclif's own generator and
// from src/ (no build needed). With --check nothing is written: it ends with 1 and names what is out of date.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

// oclif reads it when it is loaded, so that the pages do not depend on the width of a terminal.
process.env.COLUMNS = '100'
const { Config } = await import('@oclif/core')
const { default: generatorModule } = await import('oclif/lib/readme-generator.js')
const ReadmeGenerator = generatorModule.default ?? generatorModule

const root = fileURLToPath(new URL('..', import.meta.url))
const isCheck = process.argv.includes('--check')
const pages = new Map()

class Collector extends ReadmeGenerator {
  async write(file, content) {
    // README has a heading of its own above the list.
    const text = content.replace('\n# Command Topics\n', '').replace(/[ \t]+$/gm, '')
    pages.set(resolve(root, file), text)
  }
}

const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
pjson.oclif.commands = './src/commands'
const config = new Config({ root, pjson, ignoreManifest: true, devPlugins: false, userPlugins: false })
await config.load()
// oclif leaves out a command that cannot be loaded, with a warning.
const expected = readdirSync(resolve(root, 'src/commands'), { recursive: true }).filter((file) =>
  file.endsWith('.ts'),
)
const loaded = config.commands.filter(
  (command) => command.pluginName === pjson.name && !command.aliases.includes(command.id),
)
if (loaded.length !== expected.length) {
  throw new Error(`${loaded.length} of ${expected.length} commands could be loaded`)
}
const options = {
  aliases: false,
  multi: true,
  outputDir: 'docs/commands',
  pluginDir: root,
  readmePath: resolve(root, 'README.md'),
  sourceLinks: false,
}
const generator = new Collector(config, options)
// The generator announces each tag on stdout.
const write = process.stdout.write
process.stdout.write = () => true
await generator.generate().finally(() => {
  process.stdout.write = write
})

const stale = [...pages].filter(
  ([file, content]) => !existsSync(file) || readFileSync(file, 'utf8') !== content,
)
if (isCheck) {
  for (const [file] of stale) process.stderr.write(`${relative(root, file)} is out of date: npm run readme\n`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  rmSync(resolve(root, options.outputDir), { recursive: true, force: true })
  for (const [file, content] of pages) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}
