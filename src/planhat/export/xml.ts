import sax from 'sax'
import { WorkbookProblem } from './zip.ts'

export interface XmlHandler {
  /** Names without their prefix. */
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  close?(name: string): void
  text?(text: string): void
}

/** A workbook nests its elements some ten deep, and has some ten attributes on one. */
const MAX_DEPTH = 64
const MAX_ATTRIBUTES = 256

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1)

/**
 * Reads XML as it comes and yields after every piece, so that whoever listens
 * can hand on what it has gathered. Entities that a document declares are not
 * expanded: an unknown one is an error. Text comes in pieces of bounded length.
 */
export async function* readXml(pieces: AsyncIterable<Buffer>, handler: XmlHandler): AsyncGenerator<void> {
  // Its bounds on the length of one text need the position.
  const parser = sax.parser(true, { position: true })
  let failed: Error | null = null
  let depth = 0
  let attributes = 0
  parser.onerror = (error) => {
    failed ??= error
    parser.resume()
  }
  parser.onattribute = () => {
    attributes += 1
    if (attributes > MAX_ATTRIBUTES) throw new WorkbookProblem('its XML has too many attributes')
  }
  parser.onopentag = (tag) => {
    attributes = 0
    depth += 1
    if (depth > MAX_DEPTH) throw new WorkbookProblem('its XML is nested too deeply')
    handler.open?.(withoutPrefix(tag.name), tag.attributes as Record<string, string>)
  }
  parser.onclosetag = (name) => {
    depth -= 1
    handler.close?.(withoutPrefix(name))
  }
  parser.ontext = (text) => handler.text?.(text)
  parser.oncdata = (text) => handler.text?.(text)
  const decoder = new TextDecoder('utf-8')
  for await (const piece of pieces) {
    parser.write(decoder.decode(piece, { stream: true }))
    if (failed !== null) throw new WorkbookProblem('its XML is damaged', { cause: failed })
    yield
  }
  parser.write(decoder.decode()).close()
  if (failed !== null) throw new WorkbookProblem('its XML is damaged', { cause: failed })
}

/** Reads a small part to its end. */
export async function readWholeXml(pieces: AsyncIterable<Buffer>, handler: XmlHandler): Promise<void> {
  for await (const _ of readXml(pieces, handler)) {
    // The handler has what was read.
  }
}

/** Attributes of other namespaces (`r:id`) by their local name; the last one wins. */
export function attribute(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  const direct = attributes[name]
  if (direct !== undefined) return direct
  const key = Object.keys(attributes).find((one) => withoutPrefix(one) === name)
  return key === undefined ? undefined : attributes[key]
}
