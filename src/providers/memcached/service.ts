import type { ICachingProviderService } from "@medusajs/framework/types"
import type { CacheCalls } from "../../telemetry"
import { clearInputOf, getInputOf, setInputOf } from "./call-input"
import { separateCalls } from "./separate-calls"
import { validateOptions } from "./validate-options"

interface Cradle {
  /** Registered by the loader. */
  readonly memcachedCache: CacheCalls
}

type GetInput = Parameters<ICachingProviderService["get"]>[0]
type SetInput = Parameters<ICachingProviderService["set"]>[0]
type ClearInput = Parameters<ICachingProviderService["clear"]>[0]

const ignore = (): void => undefined

/**
 * Medusa's Caching Module Provider on Memcached. It is a thin adapter: the cache already does what Medusa's contract
 * requires. Nothing here rejects, since core treats a rejection of `clear` as an unhandled error, and logs a stack for
 * each of `get`.
 */
export class MemcachedCachingProvider implements ICachingProviderService {
  static readonly identifier = "memcached"

  readonly #cache: CacheCalls
  #isSeparated = false

  /**
   * The second argument has the Caching Module's options, including the database URL. It is not used and must never be
   * logged.
   */
  constructor({ memcachedCache }: Cradle) {
    this.#cache = memcachedCache
  }

  static validateOptions(options: unknown): void {
    validateOptions(options)
  }

  get(input: GetInput): Promise<unknown> {
    this.#separate()
    return this.#cache.get(getInputOf(input) ?? {})
  }

  async set(input: SetInput): Promise<void> {
    this.#separate()
    const understood = setInputOf(input)
    if (understood) await this.#cache.set(understood)
  }

  clear(input: ClearInput): Promise<void> {
    this.#separate()
    return this.#cache.clear(clearInputOf(input) ?? {}).then(ignore)
  }

  /** Separates calls at the first call, because the calling module is loaded after its providers. */
  #separate(): void {
    if (this.#isSeparated) return
    this.#isSeparated = true
    separateCalls()
  }
}
