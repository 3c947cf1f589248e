import type { Readable } from 'node:stream'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { BOUNDS } from './bounds.ts'

/** Why a workbook cannot be read, in words that name a part of it and never a value. */
export class WorkbookProblem extends Error {}

/** The parts of a ZIP file by their names. Reads its directory only; a part is unpacked as it is read. */
export class ZipParts {
  readonly #zip: ZipFile
  readonly #entries: ReadonlyMap<string, Entry>
  #unpacked = 0

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip
    this.#entries = entries
  }

  static async open(path: string): Promise<ZipParts> {
    const zip = await openPromise(path, { autoClose: false, validateEntrySizes: true })
    try {
      if (zip.entryCount > BOUNDS.zipEntries) throw new WorkbookProblem('it has too many parts')
      const entries = new Map<string, Entry>()
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName.toLowerCase(), entry)
      return new ZipParts(zip, entries)
    } catch (error) {
      zip.close()
      throw error
    }
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()]
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase())
  }

  /** The bytes of one part as they are unpacked; at most `atMost`, whatever the directory says. */
  async *read(name: string, o: { atMost: number }): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(name.toLowerCase())
    if (entry === undefined) throw new WorkbookProblem('a part that it names is missing')
    const stream: Readable = await this.#zip.openReadStreamPromise(entry)
    let bytes = 0
    try {
      for await (const chunk of stream) {
        bytes += (chunk as Buffer).length
        this.#unpacked += (chunk as Buffer).length
        if (bytes > o.atMost || this.#unpacked > BOUNDS.unpackedBytes)
          throw new WorkbookProblem('it unpacks to more than any export of End Users has')
        yield chunk as Buffer
      }
    } finally {
      stream.destroy()
    }
  }

  close(): void {
    this.#zip.close()
  }
}
