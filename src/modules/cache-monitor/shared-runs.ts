import type { SharedItems } from "../../cache"
import { invalidation, type Invalidation } from "./invalidation"

/** How many invalidations are remembered. */
export const MAX_RUNS = 100

/** Seven days, in seconds: as long as statistics are kept. */
const TTL_SECONDS = 7 * 24 * 60 * 60

const LIST = "invalidations"
const itemOf = (id: string): string => `invalidation:${id}`

/**
 * Invalidations where every process of the installation sees them: one item each, and a list of their ids. Like anything in
 * Memcached they can be evicted, and are gone when it is restarted. Nothing rejects.
 */
export class SharedRuns {
  readonly #items: SharedItems

  constructor(items: SharedItems) {
    this.#items = items
  }

  async read(id: string): Promise<Invalidation | undefined> {
    const stored = invalidation.safeParse(await this.#items.read(itemOf(id)))
    return stored.success && stored.data.id === id ? stored.data : undefined
  }

  async readAll(): Promise<Invalidation[]> {
    const ids = idsIn(await this.#items.read(LIST))
    const runs = await Promise.all(ids.map((id) => this.read(id)))
    return runs.filter((run) => run !== undefined)
  }

  /** false: Memcached did not confirm it. */
  write(run: Invalidation): Promise<boolean> {
    return this.#items.write(itemOf(run.id), run, TTL_SECONDS)
  }

  /** Puts it into the list, unless it is there. What has to make room is taken out of Memcached, so that its size is bounded. */
  async enlist(id: string): Promise<boolean> {
    let dropped: string[] = []
    const change = (old: unknown): string[] | undefined => {
      const ids = idsIn(old)
      dropped = ids.includes(id) ? [] : ids.slice(MAX_RUNS - 1)
      return ids.includes(id) ? undefined : [id, ...ids].slice(0, MAX_RUNS)
    }
    const enlisted = await this.#items.update(LIST, change, TTL_SECONDS)
    if (enlisted) await Promise.all(dropped.map((old) => this.#items.remove(itemOf(old))))
    return enlisted
  }
}

function idsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "string").slice(0, MAX_RUNS) : []
}
