import type { IEventBusModuleService, Message } from "@medusajs/framework/types"
import { toCamelCase, upperCaseFirst } from "@medusajs/framework/utils"
import type { Change, ChangeClears } from "./change-clears"
import { toldAfterClears } from "./workflow-clears"

/**
 * The most groups that are kept, and the most records of them. The oldest groups are forgotten, because this process
 * may never learn how some groups end. The newest one is kept whatever it reports, as the bus keeps its events.
 */
const MAX_GROUPS = 1_000
const MAX_RECORDS = 100_000

/**
 * Clears what events report, before their subscribers hear of them and when they are dropped. Medusa drops the events of
 * a workflow that fails. The reported data may lie outside of Medusa, so that none of its rows is seen. Events of modules
 * about their rows are left out.
 */
export function watchEvents(bus: IEventBusModuleService, clears: ChangeClears): void {
  const emit = bus.emit.bind(bus)
  const releaseGroupedEvents = bus.releaseGroupedEvents.bind(bus)
  const clearGroupedEvents = bus.clearGroupedEvents.bind(bus)
  const groups = new OpenGroups()

  bus.emit = async <T>(messages: Message<T> | Message<T>[], options?: Record<string, unknown>): Promise<void> => {
    const now = new ReportedRecords()
    for (const message of options?.internal === true ? [] : [messages].flat()) {
      const group = message.metadata?.eventGroupId
      if (group) groups.add(group, message)
      else now.add(message)
    }
    const changes = now.changes()
    await (changes.length === 0
      ? emit(messages, options)
      : toldAfterClears(clears.clear(changes), () => emit(messages, options), false))
  }
  bus.releaseGroupedEvents = async (id) => {
    const changes = groups.take(id)
    await toldAfterClears(clears.clear(changes), () => releaseGroupedEvents(id), changes.length > 0)
  }
  bus.clearGroupedEvents = async (id, options) => {
    // With names, only some events are dropped: one step is undone, and the data may only be right again after others
    // are, too.
    const cleared = options?.eventNames?.length ? undefined : clears.clear(groups.take(id))
    await Promise.all([clearGroupedEvents(id, options), cleared])
  }
}

/** The groups whose end is not known yet. */
class OpenGroups {
  readonly #groups = new Map<string, ReportedRecords>()
  #records = 0

  add(id: string, message: Message): void {
    const group = this.#groups.get(id) ?? new ReportedRecords()
    // The newest is the last in the map.
    this.#groups.delete(id)
    this.#groups.set(id, group)
    const before = group.size
    group.add(message)
    this.#records += group.size - before
    for (const oldest of this.#groups.keys()) {
      if (oldest === id || (this.#groups.size <= MAX_GROUPS && this.#records <= MAX_RECORDS)) break
      this.take(oldest)
    }
  }

  take(id: string): readonly Change[] {
    const group = this.#groups.get(id)
    if (!group) return []
    this.#groups.delete(id)
    this.#records -= group.size
    return group.changes()
  }
}

/** Records that events report, each once. */
class ReportedRecords {
  readonly #changes = new Map<
    string,
    { readonly type: string; readonly operation: string; readonly ids: Set<unknown> }
  >()
  size = 0

  /** Reads an event as the Caching Module does: `product.product-variant.updated`. */
  add({ name, data }: Message): void {
    if (typeof name !== "string") return
    const [entity = "", operation = ""] = name.split(".").slice(-2)
    const type = upperCaseFirst(toCamelCase(entity))
    for (const item of [data].flat()) {
      if (typeof item !== "object" || item === null) continue
      for (const id of [(item as { id?: unknown }).id].flat()) this.#add(type, operation, id)
    }
  }

  changes(): readonly Change[] {
    return [...this.#changes.values()].map(({ type, operation, ids }) => ({ type, operation, ids: [...ids] }))
  }

  #add(type: string, operation: string, id: unknown): void {
    const key = `${type}.${operation}`
    const ids = this.#changes.get(key)?.ids ?? new Set()
    this.#changes.set(key, { type, operation, ids })
    this.size -= ids.size
    this.size += ids.add(id).size
  }
}
