import type { Cache } from "../../../cache"

/** Stands in for Memcached, with JSON in between as it has. */
export class SharedMemory {
  readonly items = new Map<string, string>()
  reads = 0
  writes = 0
  reachable = true
  hasPending = false

  readonly #shared = {
    read: async (name: string): Promise<unknown> => {
      this.reads += 1
      const json = this.reachable ? this.items.get(name) : undefined
      return json === undefined ? undefined : (JSON.parse(json) as unknown)
    },
    write: async (name: string, value: unknown): Promise<boolean> => {
      this.writes += 1
      if (this.reachable) this.items.set(name, JSON.stringify(value))
      return this.reachable
    },
    remove: async (name: string): Promise<boolean> => {
      if (this.reachable) this.items.delete(name)
      return this.reachable
    },
    update: async (name: string, change: (old: unknown) => unknown): Promise<boolean> => {
      if (!this.reachable) return false
      const json = this.items.get(name)
      const value = change(json === undefined ? undefined : JSON.parse(json))
      if (value !== undefined) this.items.set(name, JSON.stringify(value))
      return true
    },
  }

  /** What the store of invalidations uses of it. */
  asCache(): Cache {
    const log = Object.defineProperty({}, "hasPending", { get: () => this.hasPending })
    return { insight: { shared: this.#shared }, log } as unknown as Cache
  }
}
