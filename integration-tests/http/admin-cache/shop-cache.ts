import type { ICachingModuleService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { eventually } from "../../../testing/eventually"
import { inOwnFlow } from "../../../testing/own-flow"

const PATIENCE_MS = 60_000

interface Stored {
  readonly key: string
  readonly data?: object
  readonly tags?: string[]
  readonly autoInvalidate?: boolean
}

/**
 * The Caching Module as a shop uses it: each call is a request of its own, since a store is taken to belong to the lookups
 * of its asynchronous context, and a test is one.
 */
export class ShopCache {
  readonly #caching: ICachingModuleService

  constructor(container: MedusaContainer) {
    this.#caching = container.resolve(Modules.CACHING)
  }

  /** Returns when a lookup finds it. */
  async store(stored: Stored): Promise<void> {
    await eventually(
      () => inOwnFlow(() => this.#load(stored)),
      (found) => found,
      PATIENCE_MS
    )
  }

  has(key: string): Promise<boolean> {
    return inOwnFlow(async () => (await this.#caching.get({ key })) !== null)
  }

  async clearEverything(): Promise<void> {
    await this.#caching.clear({ tags: ["*"] })
  }

  /** Looks up, and stores on a miss. Returns whether it was found. */
  async #load({ key, data = { of: key }, tags = [], autoInvalidate }: Stored): Promise<boolean> {
    const found: unknown = await this.#caching.get({ key })
    if (found !== null) return true
    const options = autoInvalidate === undefined ? {} : { options: { autoInvalidate } }
    await this.#caching.set({ key, data, tags, ttl: 600, ...options })
    return false
  }
}
