import type { JsonItems } from "./json-items"
import type { KeySpace } from "./keys"

/**
 * Small JSON values that the processes of one installation share by name: the progress of an invalidation, for example.
 * They can be evicted like anything in Memcached. Nothing rejects, whatever Memcached does; 64 KB at most.
 */
export class SharedItems {
  readonly #items: JsonItems
  readonly #keys: KeySpace

  constructor(items: JsonItems, keys: KeySpace) {
    this.#items = items
    this.#keys = keys
  }

  /** undefined: nothing under this name, or Memcached cannot be asked. */
  async read(name: string): Promise<unknown> {
    const reading = await this.#items.read(this.#keys.shared(name))
    return reading.status === "ok" ? reading.value : undefined
  }

  /** false: refused (over 64 KB, no JSON form), or Memcached did not confirm it. `ttlSeconds` 0 is no expiry. */
  write(name: string, value: unknown, ttlSeconds: number): Promise<boolean> {
    return this.#items.write(this.#keys.shared(name), value, ttlSeconds)
  }

  /** false: Memcached did not confirm it. */
  remove(name: string): Promise<boolean> {
    return this.#items.remove(this.#keys.shared(name))
  }

  /**
   * Changes the value by compare-and-swap. `change` gets the old value (undefined: none) and may be called several times;
   * what it returns is stored, undefined changes nothing. false: as for `write`, so the change may have been made all the
   * same when an answer was lost.
   */
  async update(name: string, change: (old: unknown) => unknown, ttlSeconds: number): Promise<boolean> {
    return (await this.#items.update(this.#keys.shared(name), change, ttlSeconds)).status === "written"
  }
}
