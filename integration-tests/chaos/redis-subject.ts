import redisProvider from "@medusajs/caching-redis"
import { CollectingLogger } from "../contract/collecting-logger"
import { loadProvider } from "../contract/module-provider"
import type { ChaosSubject } from "./subject"

/** The official provider, to see what the same load makes of it. Its clear has no result: resolved is applied. */
export async function openRedis(port: number, prefix: string): Promise<ChaosSubject> {
  const options = { redisUrl: `redis://127.0.0.1:${port}`, prefix: `${prefix}:` }
  const { cache, cradle } = await loadProvider(redisProvider, "redis", options, new CollectingLogger())
  const client = cradle.redisClient as { quit(): Promise<unknown> }
  return {
    get: (key) => cache.get({ key }),
    set: (key, data, tags) => cache.set({ key, data, tags, ttl: 60 }),
    clear: async (tags) => {
      await cache.clear({ tags })
      return true
    },
    close: () => client.quit(),
  }
}
