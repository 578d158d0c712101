import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { Cache, StatisticsArchive } from "../../cache"
import { runningCaches } from "../../providers/memcached/running-caches"
import { Invalidations } from "./invalidations"
import { RunQueue } from "./run-queue"
import { DatabaseArchive } from "./statistics-archive"

interface Cradle {
  readonly [ContainerRegistrationKeys.PG_CONNECTION]: Knex
}

/**
 * Gives the application's container access to the running caches and to bulk invalidations. It also closes the caches
 * when the application stops, because Medusa calls the hooks of modules, not those of providers.
 */
export class CacheMonitorService {
  readonly invalidations: Invalidations
  readonly queue = new RunQueue()
  readonly #connection: () => Knex

  constructor(cradle: Cradle) {
    this.#connection = () => cradle[ContainerRegistrationKeys.PG_CONNECTION]
    this.invalidations = new Invalidations(this.#connection)
  }

  __hooks = {
    onApplicationShutdown: async (): Promise<void> => {
      const caches = this.caches()
      runningCaches().clear()
      this.invalidations.close()
      await Promise.all([...caches.values()].map((cache) => cache.close()))
    },
  }

  /** Returns the archive for the statistics of a provider. */
  archiveOf(providerId: string): StatisticsArchive {
    return new DatabaseArchive(this.#connection, providerId)
  }

  /** The running caches by provider id. Empty when no caching provider of this package runs in this process. */
  caches(): ReadonlyMap<string, Cache> {
    return new Map(runningCaches())
  }
}
