import type { Logger } from "@medusajs/framework/types"
import memcachedProvider from "../../src/providers/memcached"
import { CollectingLogger } from "../../testing/collecting-logger"
import { ALL_CAPABILITIES, type Capabilities } from "./capabilities"
import { loadProvider } from "./module-provider"
import type { OpenInstance } from "./subject"

interface ClosableCache {
  readonly insight: { readonly statistics: { snapshot(): { readonly clears: { readonly explicit: number } } } }
  close(): Promise<void>
}

export const MEMCACHED_CAPABILITIES: Capabilities = {
  ...ALL_CAPABILITIES,
  findsKeysWithLineEndsByTag: "the list of a tag's keys has one in each line; core's keys are hashes",
}

let opened = 0

/**
 * Time-outs for tests in which nothing is wrong with the server: what it takes on a busy machine must not turn hits into
 * misses.
 */
export const PATIENT = { timeoutMs: 10_000, connectTimeoutMs: 10_000, clearTimeoutMs: 10_000 } as const

/** The servers that `npm test` has started, or those that the environment names. */
export function memcachedServers(): string[] {
  return (process.env.MEMCACHED_SERVERS ?? "127.0.0.1:11211").split(",").map((url) => url.trim())
}

/** The plugin's provider, built as Medusa builds it, with an id of its own. */
export async function openMemcachedProvider(
  options: Record<string, unknown>,
  logger: Logger = new CollectingLogger()
): Promise<OpenInstance & { readonly id: string }> {
  const id = `memcached-${++opened}`
  const { cache } = await loadProvider(memcachedProvider, id, { serverUrls: memcachedServers(), ...options }, logger)
  return { id, cache, close: () => closeCache(id) }
}

/** Whether the plugin's options allow this prefix. */
export function takesPrefix(cachePrefix: string): boolean {
  const [service] = memcachedProvider.services as unknown as { validateOptions(options: object): void }[]
  try {
    service?.validateOptions({ cachePrefix })
    return true
  } catch {
    return false
  }
}

/** Closes the engine of a provider and forgets it. */
export async function closeCache(id: string): Promise<void> {
  const caches = runningCaches()
  await caches.get(id)?.close()
  caches.delete(id)
}

/** The engines that run in this process, by the id of their provider. */
export function runningCaches(): Map<string, ClosableCache> {
  const registry = globalThis as { [key: symbol]: Map<string, ClosableCache> | undefined }
  return registry[Symbol.for("medusa-plugin-memcached.caches")] ?? new Map<string, ClosableCache>()
}
