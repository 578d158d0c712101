import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { MedusaModule } from "@medusajs/framework/modules-sdk"
import type { ICachingModuleService, IEventBusModuleService, Logger } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { queryWatch } from "../../reads"
import { ChangeClears } from "./change-clears"
import type { CommittedRows } from "./committed-rows"
import { watchEvents } from "./emitted-events"
import { PriceListClock, priceListMoments } from "./price-list-clock"
import { watchRows } from "./watched-modules"
import { holdWorkflows } from "./workflow-clears"

interface Cradle {
  readonly [Modules.CACHING]?: ICachingModuleService
  readonly [Modules.EVENT_BUS]?: IEventBusModuleService
  readonly [ContainerRegistrationKeys.PG_CONNECTION]: Knex
  readonly logger: Logger
}

/**
 * Clears what a change has made stale, before the code that made the change continues. Medusa itself clears on events.
 * It emits these when a workflow has succeeded, and does not wait for the clear. So it would still serve what a failed
 * workflow rolls back, what a script changes in its last line, and what is looked up before the clear has arrived.
 */
export class CacheChangesService {
  readonly #cradle: Cradle
  #clock: PriceListClock | undefined
  #clears: ChangeClears | undefined
  #watching: readonly CommittedRows[] = []

  constructor(cradle: Cradle) {
    this.#cradle = cradle
  }

  /** Whether a transaction is open, or a clear that follows one has not arrived. */
  get isChanging(): boolean {
    return this.#clears?.isClearing === true || this.#watching.some(({ hasOpen }) => hasOpen)
  }

  __hooks = {
    // All modules are loaded by then, in servers, workers, scripts and migrations.
    onApplicationStart: async (): Promise<void> => {
      const { [Modules.CACHING]: caching, [Modules.EVENT_BUS]: bus, logger } = this.#cradle
      if (!caching) return
      const clears = new ChangeClears(caching, logger, (changes) => {
        if (changes.some(({ type }) => type === "PriceList")) void this.#clock?.look()
      })
      this.#clears = clears
      this.#clock = new PriceListClock(
        // Its own clears are no change after which it would have to look.
        new ChangeClears(caching, logger),
        priceListMoments(() => this.#cradle[ContainerRegistrationKeys.PG_CONNECTION]),
        logger
      )
      const modules = MedusaModule.getLoadedModules()
      this.#watching = watchRows(modules, clears, logger)
      queryWatch.watch(modules, this.#cradle[ContainerRegistrationKeys.PG_CONNECTION], logger)
      if (bus) watchEvents(bus, clears)
      holdWorkflows()
      void this.#clock.start()
    },
    onApplicationShutdown: async (): Promise<void> => this.#clock?.stop(),
  }
}
