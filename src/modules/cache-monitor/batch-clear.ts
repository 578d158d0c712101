import { setTimeout as delay } from "node:timers/promises"
import type { Cache, ClearAuthor } from "../../cache"
import { clearTargets } from "./clear"
import type { InvalidationBatch } from "./invalidation"
import type { NamedTargets } from "./targets"

const POLL_MS = 100

/** The most attempts for a batch, so that a server that comes and goes cannot hold up a run for ever. */
const MAX_ATTEMPTS = 5

/** The part of a cache that is needed here. */
export type ClearableCache = Pick<Cache, "clear" | "hasPending">

/**
 * Clears the batches of one run. Never rejects.
 *
 * A batch that cannot reach Memcached is pending: the engine keeps it and delivers it. The run waits for the delivery
 * and then clears the batch once more, which is harmless, to get its answer. The waits of a run add up to `patienceMs`
 * at most. After that the engine keeps the remaining batches and answers at once, so that a run always ends.
 */
export class BatchClear {
  readonly #cache: ClearableCache
  readonly #autoInvalidateOnly: boolean
  readonly #author: ClearAuthor
  #patienceLeftMs: number

  constructor(cache: ClearableCache, autoInvalidateOnly: boolean, author: ClearAuthor, patienceMs: number) {
    this.#cache = cache
    this.#autoInvalidateOnly = autoInvalidateOnly
    this.#author = author
    this.#patienceLeftMs = patienceMs
  }

  async clear(targets: NamedTargets): Promise<Pick<InvalidationBatch, "status" | "attempts">> {
    for (let attempts = 1; ; attempts++) {
      const { status } = await clearTargets(this.#cache, targets, this.#autoInvalidateOnly, this.#author)
      if (status !== "pending") return { status: "applied", attempts }
      if (attempts === MAX_ATTEMPTS || !(await this.#delivered())) return { status, attempts }
    }
  }

  async #delivered(): Promise<boolean> {
    while (this.#cache.hasPending && this.#patienceLeftMs > 0) {
      await delay(POLL_MS)
      this.#patienceLeftMs -= POLL_MS
    }
    return !this.#cache.hasPending
  }
}
