import { z } from "@medusajs/framework/zod"
import { isOfLaterVersion, type SharedItems } from "../../cache"
import { invalidation, type Invalidation, MAX_ID_CHARS } from "./invalidation"

/** How many invalidations are remembered. */
export const MAX_RUNS = 100

/** Seven days, in seconds: as long as statistics are kept. */
const TTL_SECONDS = 7 * 24 * 60 * 60

/** Of both kinds of items. What another version has written is not shown, and a list of a later one is left alone. */
const VERSION = 1

const storedRun = invalidation.extend({ version: z.literal(VERSION) })
const storedList = z.object({ version: z.literal(VERSION), ids: z.array(z.unknown()) })

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
    if (!isId(id)) return undefined
    const stored = storedRun.safeParse(await this.#items.read(itemOf(id)))
    if (!stored.success || stored.data.id !== id) return undefined
    const { version: _version, ...run } = stored.data
    return run
  }

  async readAll(): Promise<Invalidation[]> {
    const ids = idsIn(await this.#items.read(LIST))
    const runs = await Promise.all(ids.map((id) => this.read(id)))
    return runs.filter((run) => run !== undefined)
  }

  /** false: Memcached did not confirm it. */
  write(run: Invalidation): Promise<boolean> {
    return this.#items.write(itemOf(run.id), { version: VERSION, ...run }, TTL_SECONDS)
  }

  /** Puts it into the list, unless it is there. What has to make room is taken out of Memcached, so that its size is bounded. */
  async enlist(id: string): Promise<boolean> {
    let dropped: string[] = []
    const change = (old: unknown): unknown => {
      dropped = []
      if (isOfLaterVersion(old, VERSION)) return undefined
      const ids = idsIn(old)
      if (ids.includes(id)) return undefined
      dropped = ids.slice(MAX_RUNS - 1)
      return { version: VERSION, ids: [id, ...ids].slice(0, MAX_RUNS) }
    }
    const enlisted = await this.#items.update(LIST, change, TTL_SECONDS)
    if (enlisted) await Promise.all(dropped.map((old) => this.#items.remove(itemOf(old))))
    return enlisted
  }
}

/** No more than are kept: each is asked for. */
function idsIn(value: unknown): string[] {
  const stored = storedList.safeParse(value)
  return stored.success ? [...new Set(stored.data.ids.slice(0, MAX_RUNS).filter(isId))] : []
}

const isId = (id: unknown): id is string => typeof id === "string" && id.length <= MAX_ID_CHARS
