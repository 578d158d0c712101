import { MedusaModule } from "@medusajs/framework/modules-sdk"
import type { ICachingModuleService, IEventBusModuleService, Logger } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { ChangeClears } from "./change-clears"
import { watchEvents } from "./told-events"
import { watchRows } from "./watched-modules"
import { holdWorkflows } from "./workflow-clears"

interface Cradle {
  readonly [Modules.CACHING]?: ICachingModuleService
  readonly [Modules.EVENT_BUS]?: IEventBusModuleService
  readonly logger: Logger
}

/**
 * Clears what a change has outdated when the change is made, and before whoever made it goes on. Medusa clears on events, and
 * emits these when a workflow has ended well, without waiting for the clear: what a failed workflow takes back, what a script
 * changes in its last line, and what is answered before the clear has arrived would be served as it was.
 */
export class CacheChangesService {
  readonly #cradle: Cradle

  constructor(cradle: Cradle) {
    this.#cradle = cradle
  }

  __hooks = {
    // All modules are loaded by then, in servers, workers, scripts and migrations.
    onApplicationStart: async (): Promise<void> => {
      const { [Modules.CACHING]: caching, [Modules.EVENT_BUS]: bus, logger } = this.#cradle
      if (!caching) return
      const clears = new ChangeClears(caching, logger)
      watchRows(MedusaModule.getLoadedModules(), clears, logger)
      if (bus) watchEvents(bus, clears)
      holdWorkflows()
    },
  }
}
