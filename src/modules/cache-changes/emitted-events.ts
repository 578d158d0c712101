import type { IEventBusModuleService, Message } from "@medusajs/framework/types"
import { toCamelCase, upperCaseFirst } from "@medusajs/framework/utils"
import type { Change, ChangeClears } from "./change-clears"

/** The most groups that are kept. The oldest is forgotten, because this process may never learn how some groups end. */
const MAX_GROUPS = 1_000

/**
 * Clears what events report, both when they are emitted and when they are dropped. Medusa drops the events of a
 * workflow that fails. The reported data may lie outside of Medusa, so that none of its rows is seen. Events of modules
 * about their rows are left out.
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
    // With names, only some events are dropped: one step is undone, and the data may only be right again after others
    // are, too.
    const cleared = options?.eventNames?.length ? undefined : clears.clear(take(id))
    await Promise.all([clearGroupedEvents(id, options), cleared])
  }
}

/** Reads an event as the Caching Module does: `product.product-variant.updated`. */
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
