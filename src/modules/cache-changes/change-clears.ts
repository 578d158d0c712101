import { setImmediate as nextTurn } from "node:timers/promises"
import type { ICachingModuleService, Logger } from "@medusajs/framework/types"
import type { Cache } from "../../cache"
import { runningCaches } from "../../providers/memcached/running-caches"
import { defaultProviderIn } from "../cache-monitor/activation"
import { relatedTags } from "./related-tags"
import { clearedInWorkflow } from "./workflow-clears"

/** Records of one type that have changed. */
export interface Change {
  /** The type as in tags: `ProductVariant`. */
  readonly type: string
  readonly ids: readonly unknown[]
  /** The operation as at the end of an event's name: `updated`. */
  readonly operation: string
  /** Types whose lists may show these records, or find records by them. */
  readonly reachedFrom?: readonly string[]
}

/** The most records that are cleared in one turn of the event loop: some 5 ms. An import may change 100,000 at once. */
const RECORDS_AT_ONCE = 1_000

/**
 * Clears what changes have made stale. It follows the Caching Module's rules for events, and adds what these leave out.
 */
export class ChangeClears {
  readonly #caching: ICachingModuleService
  readonly #logger: Pick<Logger, "warn">
  readonly #onChange: (changes: readonly Change[]) => void
  #underWay = 0

  /** `onChange` hears of all changes when they are cleared. */
  constructor(
    caching: ICachingModuleService,
    logger: Pick<Logger, "warn">,
    onChange: (changes: readonly Change[]) => void = () => undefined
  ) {
    this.#caching = caching
    this.#logger = logger
    this.#onChange = onChange
  }

  /** Whether a clear has not arrived yet. */
  get isClearing(): boolean {
    return this.#underWay > 0
  }

  /**
   * Clears after changes. Inside a workflow, the end of the workflow waits for the clear. Never rejects: the change
   * cannot be undone.
   */
  clear(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve()
    this.#onChange(changes)
    return clearedInWorkflow(this.#clear(changes))
  }

  /** Returns the tags that Medusa would clear. If it cannot say, one change must not keep those of the others. */
  async #tagsOf({ type, ids, operation }: Change): Promise<readonly string[]> {
    try {
      return await this.#caching.computeTags({}, { entities: ids.map((id) => ({ type, id })), operation })
    } catch {
      return [...ids.map((id) => `${type}:${String(id)}`), `${type}:list:*`]
    }
  }

  /** The caches of this plugin that are not Medusa's default. Its module clears no others unless they are named. */
  #others(): readonly Cache[] {
    const defaultId = defaultProviderIn(this.#caching)
    return [...runningCaches()].flatMap(([id, cache]) => (id === defaultId ? [] : cache))
  }

  async #clear(changes: readonly Change[]): Promise<void> {
    this.#underWay += 1
    try {
      const failures: unknown[] = []
      const cleared: Promise<unknown>[] = []
      for (const part of partsOf(changes)) {
        if (cleared.length > 0) await nextTurn()
        cleared.push(this.#clearPart(part).catch((error: unknown) => failures.push(error)))
      }
      await Promise.all(cleared)
      if (failures.length > 0) throw failures[0]
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const types = [...new Set(changes.map(({ type }) => type))]
      this.#logger.warn(
        `medusa-plugin-memcached: could not clear the cache after a change of ${types.join(", ")}: ${reason}. ` +
          "Old data may be served until it expires or is cleared."
      )
    } finally {
      this.#underWay -= 1
    }
  }

  async #clearPart(changes: readonly Change[]): Promise<void> {
    const tags = new Set<string>()
    for (const change of changes) {
      for (const tag of await this.#tagsOf(change)) tags.add(tag)
      for (const tag of relatedTags(change.type)) tags.add(tag)
      for (const type of change.reachedFrom ?? []) tags.add(`${type}:list:*`)
    }
    const wanted = { tags: [...tags], options: { autoInvalidate: true } }
    await Promise.all([this.#caching.clear(wanted), ...this.#others().map((cache) => cache.clear(wanted))])
  }
}

/** Yields the changes in parts with so many records. Mostly it is one. */
function* partsOf(changes: readonly Change[]): Generator<readonly Change[]> {
  let part: Change[] = []
  let room = RECORDS_AT_ONCE
  for (const change of changes) {
    for (let at = 0; at < Math.max(1, change.ids.length);) {
      const ids = change.ids.slice(at, at + room)
      part.push({ ...change, ids })
      at += Math.max(1, ids.length)
      room -= ids.length
      if (room > 0) continue
      yield part
      part = []
      room = RECORDS_AT_ONCE
    }
  }
  if (part.length > 0) yield part
}
