import { z } from 'zod'
import { DEFAULT_CONFIG } from './defaults.ts'
import { configFileSchema } from './schema.ts'

type Node = Record<string, unknown>

/** The JSON Schema of the configuration file, with every default, for editors. Shipped under `schema/`. */
export function buildJsonSchema(): Node {
  const schema = z.toJSONSchema(configFileSchema, { io: 'input' }) as Node
  return {
    ...withDefaults(schema, DEFAULT_CONFIG),
    title: 'Configuration of aircall-sync',
  }
}

function withDefaults(schema: Node, defaults: unknown): Node {
  const properties = schema['properties'] as Record<string, Node> | undefined
  if (properties === undefined) return defaults === undefined ? schema : { ...schema, default: defaults }
  const held = (defaults ?? {}) as Node
  const filled = Object.entries(properties).map(
    ([key, node]) => [key, withDefaults(node, held[key])] as const,
  )
  return { ...schema, properties: Object.fromEntries(filled) }
}
