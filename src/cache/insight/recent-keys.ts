import type { Hash } from "../hash"

/** Of each generation; together the entries of a large shop. */
const MAX_KEYS_PER_GENERATION = 10_000

/** Values by key, the most recently used 10,000 to 20,000 of them: two generations, the older of which is dropped whole. */
export class RecentKeys<T> {
  #young = new Map<Hash, T>()
  #old = new Map<Hash, T>()

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: Hash): T | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) {
      this.#old.delete(key)
      this.set(key, old)
    }
    return old
  }

  set(key: Hash, value: T): void {
    this.#young.set(key, value)
    if (this.#young.size < MAX_KEYS_PER_GENERATION) return
    this.#old = this.#young
    this.#young = new Map()
  }

  delete(key: Hash): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }
}
