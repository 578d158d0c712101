import redisProvider from "@medusajs/caching-redis"
import { CollectingLogger } from "../../testing/collecting-logger"
import { loadProvider } from "../../integration-tests/contract/module-provider"
import { type Contender, takeComplaints } from "./contender"

interface RedisClient {
  quit(): Promise<unknown>
}

/** Medusa's official provider with its defaults: its two loaders, its hasher, its ioredis options. */
export async function openRedisProvider(redisUrl: string): Promise<Contender> {
  const logger = new CollectingLogger()
  const { cache, cradle } = await loadProvider(redisProvider, "caching-redis", { redisUrl, prefix: "bench:" }, logger)
  return {
    name: "redis",
    cache,
    takeComplaints: () => takeComplaints(logger),
    close: async () => {
      await (cradle.redisClient as RedisClient).quit()
    },
  }
}
