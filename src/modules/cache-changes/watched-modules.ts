import type { EventSubscriber } from "@medusajs/framework/mikro-orm/core"
import { MedusaModule } from "@medusajs/framework/modules-sdk"
import type { Logger } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import type { ChangeClears } from "./change-clears"
import { CommittedRows, type LinkRows } from "./committed-rows"
import { reachingTypes, type TypeMetadata } from "./reaching-types"

/** Modules that record every step and every event in the database. No answer contains those records. */
const BOOKKEEPERS: readonly string[] = [Modules.WORKFLOW_ENGINE, Modules.INDEX]

/**
 * The path from a module's service to its rows. Not every module has rows, and a shop's own module may be built
 * differently.
 */
interface Watchable {
  readonly baseRepository_?: {
    getFreshManager?(): {
      getEventManager(): { registerSubscriber(subscriber: EventSubscriber): void }
      getMetadata(): { getAll(): Readonly<Record<string, TypeMetadata>> }
    }
  }
  /** The type of a link. */
  readonly entityName_?: string
}

/** Clears with each commit of these modules. Returns what watches them. */
export function watchRows(
  modules: readonly Readonly<Record<string, object>>[],
  clears: ChangeClears,
  logger: Pick<Logger, "warn">
): readonly CommittedRows[] {
  const watching: CommittedRows[] = []
  for (const [name, service] of modules.flatMap((loaded) => Object.entries(loaded))) {
    if (BOOKKEEPERS.includes(name)) continue
    try {
      const { baseRepository_: repository, entityName_: linkType }: Watchable = service
      const manager = repository?.getFreshManager?.()
      if (!manager) continue
      const link = linkType === undefined ? undefined : { type: linkType, ends: endsOf(name) }
      const reaching = reachingTypes(Object.values(manager.getMetadata().getAll()))
      const rows = new CommittedRows(
        (changes) =>
          clears.clear(changes.map((change) => ({ ...change, reachedFrom: reaching.get(change.type) ?? [] }))),
        link
      )
      // Every manager of the module is a fork of one, and shares its subscribers.
      manager.getEventManager().registerSubscriber(rows)
      watching.push(rows)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      logger.warn(
        `medusa-plugin-memcached: cannot watch the module ${name}: ${reason}. Its changes clear the cache only ` +
          "when it emits events."
      )
    }
  }
  return watching
}

function endsOf(link: string): LinkRows["ends"] {
  const { relationships = [] } = MedusaModule.getJoinerConfig(link)
  return Object.fromEntries(
    relationships.flatMap(({ foreignKey, entity }) => (entity === undefined ? [] : [[foreignKey, entity]]))
  )
}
