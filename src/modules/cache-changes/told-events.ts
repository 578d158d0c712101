import type { IEventBusModuleService, Message } from "@medusajs/framework/types"
import { toCamelCase, upperCaseFirst } from "@medusajs/framework/utils"
import type { Change, ChangeClears } from "./change-clears"

/** Of groups of which this process does not hear the end, the oldest is forgotten. */
const MAX_GROUPS = 1_000

/**
 * Clears what events tell of, when they are emitted, and also when they are dropped: that is what Medusa does with the events
 * of a workflow that fails. What is told may lie outside of Medusa, so that no row of it is seen. Events of modules about
 * their rows are left out.
 */
export function watchEvents(bus: IEventBusModuleService, clears: ChangeClears): void {
  const emit = bus.emit.bind(bus)
  const releaseGroupedEvents = bus.releaseGroupedEvents.bind(bus)
  const clearGroupedEvents = bus.clearGroupedEvents.bind(bus)
  const groups = new Map<string, Change[]>()

  const take = (id: string): readonly Change[] => {
    const changes = groups.get(id) ?? []
    groups.delete(id)
    return changes
  }
  const keep = (id: string, changes: readonly Change[]): void => {
    groups.set(id, [...take(id), ...changes])
    for (const oldest of groups.keys()) {
      if (groups.size <= MAX_GROUPS) break
      groups.delete(oldest)
    }
  }

  bus.emit = async <T>(messages: Message<T> | Message<T>[], options?: Record<string, unknown>): Promise<void> => {
    const emitted = emit(messages, options)
    const now: Change[] = []
    for (const message of options?.internal === true ? [] : [messages].flat()) {
      const group = message.metadata?.eventGroupId
      if (group) keep(group, changesOf(message))
      else now.push(...changesOf(message))
    }
    await Promise.all([emitted, clears.clear(now)])
  }
  bus.releaseGroupedEvents = async (id) => {
    const cleared = clears.clear(take(id))
    await Promise.all([releaseGroupedEvents(id), cleared])
  }
  bus.clearGroupedEvents = async (id, options) => {
    // Some of the group's names only: a step is undone, and others may have to be before it is true again.
    const cleared = options?.eventNames?.length ? undefined : clears.clear(take(id))
    await Promise.all([clearGroupedEvents(id, options), cleared])
  }
}

/** As the Caching Module reads events: `product.product-variant.updated`. */
function changesOf({ name, data }: Message): readonly Change[] {
  const [type = "", operation = ""] = name.split(".").slice(-2)
  return [data]
    .flat()
    .flatMap((item) =>
      typeof item === "object" && item !== null
        ? [{ type: upperCaseFirst(toCamelCase(type)), ids: [(item as { id?: unknown }).id].flat(), operation }]
        : []
    )
}
