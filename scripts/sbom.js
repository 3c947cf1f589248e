// Writes the software bill of materials of what is installed for use (CycloneDX) to dist-sbom/, or to stdout with `-`.
// The time and the random serial number are taken out: the same lock file gives the same bytes.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { name } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const command = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only']
const bom = JSON.parse(
  execFileSync('npm', command, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
)

delete bom.serialNumber
delete bom.metadata.timestamp
delete bom.metadata.tools
// npm names it after the folder of the checkout.
bom.metadata.component.name = name
bom.metadata.component.type = 'application'
const text = `${JSON.stringify(bom, null, 2)}\n`

if (process.argv[2] === '-') process.stdout.write(text)
else {
  const folder = new URL('../dist-sbom/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.cdx.json`, folder), text)
}
