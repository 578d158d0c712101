import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { Cache, StatisticsArchive } from "../../cache"
import { type ResponseOptions, resolveResponseOptions, Responses } from "../../responses"
import { runningCaches } from "../../providers/memcached/running-caches"
import { Invalidations } from "./invalidations"
import { OutageReports } from "./outage-reports"
import { RunQueue } from "./run-queue"
import { DatabaseArchive } from "./statistics-archive"
import { WarmRuns } from "./warm-runs"

interface Cradle {
  readonly [ContainerRegistrationKeys.PG_CONNECTION]: Knex
  readonly [ContainerRegistrationKeys.LOGGER]: Logger
}

/** The plugin's options as written in `medusa-config.ts`. */
interface PluginOptions {
  /** Tells the users of the dashboard of outages. Default: true. */
  readonly outageNotifications?: boolean
  /** Stores whole answers of the storefront. Default: false. */
  readonly responses?: boolean | ResponseOptions
}

function requireBoolean(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== "boolean") {
      throw new Error(`medusa-plugin-memcached: the option ${name} is not valid: expected true or false`)
    }
  }
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

  constructor(cradle: Cradle, { outageNotifications = true, responses }: PluginOptions = {}) {
    requireBoolean({ outageNotifications })
    const responseOptions = resolveResponseOptions(responses)
    this.#connection = () => cradle[ContainerRegistrationKeys.PG_CONNECTION]
    this.invalidations = new Invalidations(this.#connection)
    this.outageReports = outageNotifications ? new OutageReports() : undefined
    this.responses = responseOptions && new Responses(responseOptions, this.#connection, cradle.logger)
  }

  __hooks = {
    onApplicationShutdown: async (): Promise<void> => {
      const caches = this.caches()
      runningCaches().clear()
      this.invalidations.close()
      this.warmRuns.close()
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
