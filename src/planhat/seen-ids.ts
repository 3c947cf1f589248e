const ID_BYTES = 12

/**
 * The ids of a list read so far. An ascending run of object ids takes 12 bytes each, so that a million rows do
 * not need a hundred megabytes; whatever does not continue the run goes to an ordinary set.
 */
export class SeenIds {
  #run = Buffer.alloc(ID_BYTES * 1024)
  #length = 0
  #last = ''
  readonly #others = new Set<string>()

  /** True when the id was not seen before; it is now. */
  add(id: string): boolean {
    if (this.#others.has(id)) return false
    if (!/^[0-9a-f]{24}$/.test(id)) return this.#addOther(id)
    if (id > this.#last) return this.#append(id)
    return this.#isInRun(id) ? false : this.#addOther(id)
  }

  has(id: string): boolean {
    return this.#others.has(id) || (/^[0-9a-f]{24}$/.test(id) && this.#isInRun(id))
  }

  #addOther(id: string): true {
    this.#others.add(id)
    return true
  }

  #append(id: string): true {
    const end = this.#length * ID_BYTES
    if (end === this.#run.length) this.#run = Buffer.concat([this.#run, Buffer.alloc(this.#run.length)])
    this.#run.write(id, end, 'hex')
    this.#length += 1
    this.#last = id
    return true
  }

  #isInRun(id: string): boolean {
    const key = Buffer.from(id, 'hex')
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >> 1
      const order = this.#run.compare(key, 0, ID_BYTES, middle * ID_BYTES, (middle + 1) * ID_BYTES)
      if (order === 0) return true
      if (order < 0) low = middle + 1
      else high = middle
    }
    return false
  }
}
