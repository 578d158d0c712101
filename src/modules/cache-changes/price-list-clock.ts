import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import type { ChangeClears } from "./change-clears"

/**
 * How far ahead the database is asked, and how often: a price list that another process has just made may begin soon.
 * The overlap makes up for a timer that is late.
 */
const AHEAD_MS = 30_000
const EVERY_MS = 10_000

/** A timer may be a millisecond early, and what is loaded then still has the old prices. */
const AFTER_MS = 2

/**
 * How far back the first look goes. Entries from before may have outlived a moment at which no process of the shop was
 * running.
 */
const FIRST_LOOK_BACK_MS = 24 * 60 * 60_000

/** Price lists that begin or end at one moment, a Unix time in milliseconds. */
interface Moment {
  readonly atMs: number
  readonly ids: readonly string[]
}

type MomentReader = (fromMs: number, untilMs: number) => Promise<readonly Moment[]>

/**
 * Clears prices when a price list begins or ends. No row changes then, and Medusa emits no event, but its prices are
 * other ones. Every process does this, since any of them may be the only one that is running. A clear more is harmless.
 */
export class PriceListClock {
  readonly #clears: Pick<ChangeClears, "clear">
  readonly #momentsBetween: MomentReader
  readonly #logger: Pick<Logger, "debug">
  readonly #timers = new Map<number, NodeJS.Timeout>()
  #clearedUntilMs = Date.now() - FIRST_LOOK_BACK_MS
  #interval: NodeJS.Timeout | undefined

  constructor(clears: Pick<ChangeClears, "clear">, momentsBetween: MomentReader, logger: Pick<Logger, "debug">) {
    this.#clears = clears
    this.#momentsBetween = momentsBetween
    this.#logger = logger
  }

  /** Looks now and then every ten seconds, until `stop`. It does not keep the process alive. */
  start(): Promise<void> {
    this.#interval = setInterval(() => void this.look(), EVERY_MS)
    this.#interval.unref()
    return this.look()
  }

  stop(): void {
    clearInterval(this.#interval)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  /** Looks for moments that are due soon. Call it when a price list has been changed. Never rejects. */
  async look(): Promise<void> {
    try {
      const moments = await this.#momentsBetween(this.#clearedUntilMs + 1, Date.now() + AHEAD_MS)
      for (const moment of moments) this.#set(moment)
    } catch (error) {
      // The tables are missing while the database is being migrated.
      const reason = error instanceof Error ? error.message : String(error)
      this.#logger.debug(`medusa-plugin-memcached: could not look for price lists that begin or end: ${reason}`)
    }
  }

  #set({ atMs, ids }: Moment): void {
    clearTimeout(this.#timers.get(atMs))
    const timer = setTimeout(
      () => {
        this.#timers.delete(atMs)
        this.#clearedUntilMs = Math.max(this.#clearedUntilMs, atMs)
        void this.#clears.clear([{ type: "PriceList", ids, operation: "updated" }])
      },
      atMs + AFTER_MS - Date.now()
    )
    timer.unref()
    this.#timers.set(atMs, timer)
  }
}

/** Returns a function that reads the moments between two Unix times in milliseconds, both included. */
export const priceListMoments =
  (connection: () => Knex): MomentReader =>
  async (fromMs, untilMs) => {
    const knex = connection()
    const select = (column: "starts_at" | "ends_at") =>
      knex("price_list")
        .select({ id: "id", at: column })
        .whereNull("deleted_at")
        .whereBetween(column, [new Date(fromMs), new Date(untilMs)])
    const rows: readonly { readonly id: string; readonly at: Date }[] = await select("starts_at").unionAll([
      select("ends_at"),
    ])
    const moments = new Map<number, string[]>()
    for (const { id, at } of rows) moments.set(at.getTime(), [...(moments.get(at.getTime()) ?? []), id])
    return [...moments].map(([atMs, ids]) => ({ atMs, ids }))
  }
