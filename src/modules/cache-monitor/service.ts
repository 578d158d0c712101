import type { Cache } from "../../cache"
import { runningCaches } from "../../providers/memcached/running-caches"
import { Invalidations } from "./invalidations"
import { RunQueue } from "./run-queue"

/**
 * Gives the application's container access to the running caches, and closes them when the application stops: Medusa calls
 * the hooks of modules, not those of providers.
 */
export class CacheMonitorService {
  readonly invalidations = new Invalidations(() => this.caches())
  readonly queue = new RunQueue()

  __hooks = {
    onApplicationShutdown: async (): Promise<void> => {
      const caches = this.caches()
      runningCaches().clear()
      this.invalidations.close()
      await Promise.all([...caches.values()].map((cache) => cache.close()))
    },
  }

  /** By provider id. Empty when no caching provider of this package runs in this process. */
  caches(): ReadonlyMap<string, Cache> {
    return new Map(runningCaches())
  }
}
