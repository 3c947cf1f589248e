// Writes the software bill of materials of what is installed for use (CycloneDX) to dist-sbom/, or to stdout with `-`.
// The time and the random serial number are taken out: the same lock file gives the same bytes.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import BUNDLED from './bundled.json' with { type: 'json' }

const root = fileURLToPath(new URL('..', import.meta.url))
const { name } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const DEVELOPMENT = 'cdx:npm:package:development'

// Without --omit dev: it would also leave out what is needed by both (npm 11).
const command = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']
const bom = JSON.parse(
  execFileSync('npm', command, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 26,
  }),
)

const isShipped = (component) =>
  BUNDLED.includes(component.name) || component.properties.every((property) => property.name !== DEVELOPMENT)
bom.components = bom.components.filter(isShipped)
const refs = new Set([
  bom.metadata.component['bom-ref'],
  ...bom.components.map((component) => component['bom-ref']),
])
bom.dependencies = bom.dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }))
for (const component of bom.components.filter(({ name }) => BUNDLED.includes(name))) {
  component.scope = 'required'
  component.properties = [{ name: 'cdx:npm:package:bundled', value: 'true' }]
}

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
