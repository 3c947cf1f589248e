/**
 * Seconds, ten hexadecimal digits of the machine, six of a counter:
 * https://www.mongodb.com/docs/manual/reference/bson-types/#objectid
 */
const EPOCH = 0x65000000
const COUNTER_FROM = 0x0a1c3e

/**
 * Planhat's `_id`s: 24 hexadecimal digits that ascend as they are given out,
 * with the parts of an ObjectId. The machine's part has letters, as nearly every
 * real one: a spreadsheet takes ids of digits alone for numbers and spoils them.
 */
export function createIdSource(seed: number): () => string {
  const prefix = (EPOCH + (seed % 0xffff) * 0x101).toString(16).padStart(8, '0')
  const machine = `b${((seed * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}f`
  let count = COUNTER_FROM
  return () => {
    count += 1
    return `${prefix}${machine}${count.toString(16).padStart(6, '0')}`
  }
}
