import type { ICachingProviderService } from "@medusajs/framework/types"
import type { CacheCalls } from "../../telemetry"
import { clearInputOf, getInputOf, setInputOf } from "./call-input"
import { watchComputedTags } from "./computed-tags"
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
  #isPrepared = false

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
    this.#prepare()
    return this.#cache.get(getInputOf(input) ?? {})
  }

  async set(input: SetInput): Promise<void> {
    this.#prepare()
    const understood = setInputOf(input)
    if (understood) await this.#cache.set(understood)
  }

  clear(input: ClearInput): Promise<void> {
    this.#prepare()
    return this.#cache.clear(clearInputOf(input) ?? {}).then(ignore)
  }

  /** Prepares the calling module at the first call, because it is loaded after its providers. */
  #prepare(): void {
    if (this.#isPrepared) return
    this.#isPrepared = true
    separateCalls()
    watchComputedTags()
  }
}
