import type { Cache } from "../../src/cache"
import { bootCachingModule, type ModuleProvider } from "../contract/boot-caching-module"
import { CollectingLogger } from "../../testing/collecting-logger"
import { EventBus } from "../contract/event-bus"
import { runningCaches } from "../contract/memcached-subject"
import type { ChaosSubject } from "./subject"

/** Medusa's Caching Module with a provider, since what shops call is the module. */
export async function openSubject(provider: ModuleProvider): Promise<ChaosSubject> {
  const service = await bootCachingModule(provider, new EventBus(), new CollectingLogger())
  // Of this plugin only.
  const engine = runningCaches().get(provider.id) as unknown as Pick<Cache, "hasPending" | "close"> | undefined
  return {
    get: (key) => service.get({ key }) as Promise<unknown>,
    set: (key, data, tags) => service.set({ key, data, tags, ttl: 60 }),
    clear: async (tags) => {
      await service.clear({ tags })
      // The module does not say. Of other providers resolved is applied.
      return engine?.hasPending !== true
    },
    close: async () => engine?.close(),
  }
}
