import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { Cache, StatisticsArchive } from "../../cache"
import { Responses } from "../../responses"
import { runningCaches } from "../../providers/memcached/running-caches"
import { Invalidations } from "./invalidations"
import { type PluginOptions, resolvePluginOptions } from "./options"
import { untilUnchanging } from "./unchanging"
import { OutageReports } from "./outage-reports"
import { RunQueue } from "./run-queue"
import { DatabaseArchive } from "./statistics-archive"
import { WarmRuns } from "./warm-runs"

interface Cradle {
  readonly [ContainerRegistrationKeys.PG_CONNECTION]: Knex
  readonly [ContainerRegistrationKeys.LOGGER]: Logger
}

/**
 * Gives the application's container access to the running caches, to bulk invalidations and to warm runs. It also
 * closes the caches when the application stops, because Medusa calls the hooks of modules, not those of providers.
 */
export class CacheMonitorService {
  readonly invalidations: Invalidations
  readonly queue = new RunQueue()
  readonly warmRuns = new WarmRuns()
  /** Undefined when the shop does not want any. */
  readonly outageReports: OutageReports | undefined
  /** Undefined unless the shop wants whole answers to be stored. */
  readonly responses: Responses | undefined
  readonly #connection: () => Knex
  #closing: Promise<void> | undefined

  constructor(cradle: Cradle, options?: PluginOptions) {
    const { outageNotifications, responses } = resolvePluginOptions(options)
    this.#connection = () => cradle[ContainerRegistrationKeys.PG_CONNECTION]
    this.invalidations = new Invalidations(this.#connection)
    this.outageReports = outageNotifications ? new OutageReports() : undefined
    this.responses = responses && new Responses(responses, this.#connection, cradle.logger)
  }

  __hooks = {
    // A second signal makes Medusa call it again, and end the process as soon as that has resolved.
    onApplicationShutdown: (): Promise<void> => (this.#closing ??= this.#close()),
  }

  async #close(): Promise<void> {
    await untilUnchanging()
    const caches = this.caches()
    runningCaches().clear()
    this.invalidations.close()
    this.warmRuns.close()
    await Promise.all([...caches.values()].map((cache) => cache.close()))
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
