// Writes the JSON Schema of the configuration file from the zod schema. A test fails when it is not current.
import { mkdirSync, writeFileSync } from 'node:fs'
import { buildJsonSchema } from '../src/config/json-schema.ts'

const folder = new URL('../schema/', import.meta.url)
mkdirSync(folder, { recursive: true })
const file = new URL('aircall-sync.config.schema.json', folder)
writeFileSync(file, `${JSON.stringify(buildJsonSchema(), null, 2)}\n`)
