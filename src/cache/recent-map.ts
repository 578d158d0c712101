/**
 * Keeps the most recently used entries: at least half of `maxSize`, at most all of it. There are two generations, and
 * the older one is dropped as a whole. The map costs as much as a Map, also when every lookup uses it, and takes no
 * memory before it is filled.
 */
export class RecentMap<K, V> {
  readonly #maxSize: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  constructor(maxSize: number) {
    this.#maxSize = maxSize
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
    this.#young.set(key, value)
    if (this.#young.size < this.#maxSize / 2) return
    this.#old = this.#young
    this.#young = new Map()
  }

  /** Yields the values, each key's newest. */
  *values(): Generator<V> {
    yield* this.#young.values()
    for (const [key, value] of this.#old) if (!this.#young.has(key)) yield value
  }

  delete(key: K): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}
