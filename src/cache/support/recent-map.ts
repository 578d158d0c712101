/**
 * Keeps the most recently used entries: about half of `maxSize` at least, and at most all of it, if none is larger than
 * half of it. There are two generations, and the older one is dropped as a whole. The map costs as much as a Map, also
 * when every lookup uses it, and takes no memory before it is filled.
 */
export class RecentMap<K, V> {
  readonly #maxSize: number
  readonly #sizeOf: (value: V) => number
  #young = new Map<K, V>()
  #youngSize = 0
  #old = new Map<K, V>()

  /** By default each value has the size 1. */
  constructor(maxSize: number, sizeOf: (value: V) => number = () => 1) {
    this.#maxSize = maxSize
    this.#sizeOf = sizeOf
  }

  /** Keys that were used again since the older generation began count twice. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: K, value: V): void {
    const size = this.#sizeOf(value)
    const before = this.#young.get(key)
    if (before !== undefined) this.#youngSize -= this.#sizeOf(before)
    if (this.#youngSize + size > this.#maxSize / 2) {
      this.#young.delete(key)
      this.#old = this.#young
      this.#young = new Map()
      this.#youngSize = 0
    }
    this.#young.set(key, value)
    this.#youngSize += size
  }

  /** Yields the values, each key's newest. */
  *values(): Generator<V> {
    yield* this.#young.values()
    for (const [key, value] of this.#old) if (!this.#young.has(key)) yield value
  }

  delete(key: K): void {
    const young = this.#young.get(key)
    if (young !== undefined) this.#youngSize -= this.#sizeOf(young)
    this.#young.delete(key)
    this.#old.delete(key)
  }

  clear(): void {
    this.#young.clear()
    this.#youngSize = 0
    this.#old.clear()
  }
}
