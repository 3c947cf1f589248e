/** Planhat's `_id`s: 24 hexadecimal digits that ascend as they are given out, like an ObjectId. */
export function createIdSource(seed: number): () => string {
  const prefix = (0x61000000 + (seed % 0xffff)).toString(16).padStart(8, '0')
  let count = 0
  return () => {
    count += 1
    return `${prefix}0000${count.toString(16).padStart(12, '0')}`
  }
}
