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
 * What the bus on Redis also has. All processes share its groups: a workflow may end in another process than the one
 * in which it has emitted events.
 */
interface SharedGroups {
  getGroupedEvents?(id: string): Promise<
    readonly {
      readonly name: string
      readonly data: { readonly data: unknown }
      readonly opts?: { readonly internal?: boolean }
    }[]
  >
}

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
  const shared = bus as SharedGroups
  const releasing = new Set<string>()

  /** Reads all events of a group, where the bus shares them. Never rejects. */
  const sharedEvents = async (id: string): Promise<readonly Message[]> => {
    const events = (await shared.getGroupedEvents?.(id).catch(() => [])) ?? []
    return events.filter(({ opts }) => opts?.internal !== true).map(({ name, data: { data } }) => ({ name, data }))
  }
  /** Clears what a group reports: at once what was emitted in this process, and then the rest. */
  const clearGroup = async (id: string, records: ReportedRecords): Promise<void> => {
    const cleared = clears.clear(records.changes())
    const known = records.size
    for (const message of await sharedEvents(id)) records.add(message)
    await Promise.all([cleared, records.size > known ? clears.clear(records.changes()) : undefined])
  }

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
    const records = groups.take(id)
    const holds = records.size > 0
    releasing.add(id)
    try {
      await toldAfterClears(clearGroup(id, records), () => releaseGroupedEvents(id), holds)
    } finally {
      releasing.delete(id)
    }
  }
  bus.clearGroupedEvents = async (id, options) => {
    if (options?.eventNames?.length) {
      // Only some events are dropped: one step is undone, and the data may only be right again after others are, too.
      for (const message of await sharedEvents(id)) groups.add(id, message)
    } else if (!releasing.has(id)) {
      // Both of Medusa's buses also call this for a group that they have released.
      await clearGroup(id, groups.take(id))
    }
    await clearGroupedEvents(id, options)
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

  take(id: string): ReportedRecords {
    const group = this.#groups.get(id)
    if (!group) return new ReportedRecords()
    this.#groups.delete(id)
    this.#records -= group.size
    return group
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
