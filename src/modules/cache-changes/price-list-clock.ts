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

/** Price lists that begin or end at one moment. */
interface Moment {
  /** A Unix time in milliseconds. */
  readonly atMs: number
  /** In how many milliseconds, by the database's clock. Negative when the moment has passed. */
  readonly inMs: number
  readonly ids: readonly string[]
}

/** Reads the moments after a Unix time, or else those of the last day, until `AHEAD_MS` from now. */
type MomentReader = (afterMs: number | undefined) => Promise<readonly Moment[]>

/**
 * Clears prices when a price list begins or ends. No row changes then, and Medusa emits no event, but its prices are
 * other ones. Postgres decides when that is, so its clock counts and not that of this process. Every process does this,
 * since any of them may be the only one that is running. A clear more is harmless.
 */
export class PriceListClock {
  readonly #clears: Pick<ChangeClears, "clear">
  readonly #momentsAfter: MomentReader
  readonly #logger: Pick<Logger, "debug">
  readonly #timers = new Map<number, NodeJS.Timeout>()
  #clearedUntilMs: number | undefined
  #interval: NodeJS.Timeout | undefined
  #isStopped = false
  #looking = Promise.resolve()
  #nextLook: Promise<void> | undefined

  constructor(clears: Pick<ChangeClears, "clear">, momentsAfter: MomentReader, logger: Pick<Logger, "debug">) {
    this.#clears = clears
    this.#momentsAfter = momentsAfter
    this.#logger = logger
  }

  /** Looks now and then every ten seconds, until `stop`. It does not keep the process alive. */
  start(): Promise<void> {
    this.#interval = setInterval(() => void this.look(), EVERY_MS)
    this.#interval.unref()
    return this.look()
  }

  stop(): void {
    this.#isStopped = true
    clearInterval(this.#interval)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  /**
   * Looks for moments that are due soon. Call it when a price list has been changed. All calls during a look share the
   * one that follows it. Never rejects.
   */
  look(): Promise<void> {
    return (this.#nextLook ??= this.#looking.then(() => {
      this.#nextLook = undefined
      return (this.#looking = this.#look())
    }))
  }

  async #look(): Promise<void> {
    try {
      const moments = await this.#momentsAfter(this.#clearedUntilMs)
      if (this.#isStopped) return
      const passed = moments.filter(({ inMs }) => inMs < 0)
      if (passed.length > 0) this.#clear(passed)
      for (const moment of moments) if (moment.inMs >= 0) this.#set(moment)
    } catch (error) {
      // The tables are missing while the database is being migrated.
      const reason = error instanceof Error ? error.message : String(error)
      this.#logger.debug(`medusa-plugin-memcached: could not look for price lists that begin or end: ${reason}`)
    }
  }

  #set(moment: Moment): void {
    clearTimeout(this.#timers.get(moment.atMs))
    const timer = setTimeout(() => this.#clear([moment]), moment.inMs + AFTER_MS)
    timer.unref()
    this.#timers.set(moment.atMs, timer)
  }

  #clear(moments: readonly Moment[]): void {
    for (const { atMs } of moments) {
      clearTimeout(this.#timers.get(atMs))
      this.#timers.delete(atMs)
      this.#clearedUntilMs = Math.max(this.#clearedUntilMs ?? atMs, atMs)
    }
    void this.#clears.clear([{ type: "PriceList", ids: moments.flatMap(({ ids }) => ids), operation: "updated" }])
  }
}

/** Returns a function that reads the moments from Postgres. */
export const priceListMoments =
  (connection: () => Knex): MomentReader =>
  async (afterMs) => {
    const knex = connection()
    const fromNow = (ms: number) => knex.raw("now() + make_interval(secs => ?)", [ms / 1_000])
    const select = (column: "starts_at" | "ends_at") =>
      knex("price_list")
        .select({ id: "id", at: column, now: knex.raw("clock_timestamp()") })
        .whereNull("deleted_at")
        // A date has no microseconds, which would make the last moment one of the next.
        .where(column, ">=", afterMs === undefined ? fromNow(-FIRST_LOOK_BACK_MS) : new Date(afterMs + 1))
        .where(column, "<=", fromNow(AHEAD_MS))
    const rows: readonly { readonly id: string; readonly at: Date; readonly now: Date }[] = await select(
      "starts_at"
    ).unionAll([select("ends_at")])
    const moments = new Map<number, { readonly inMs: number; readonly ids: string[] }>()
    for (const { id, at, now } of rows) {
      const moment = moments.get(at.getTime())
      if (moment) moment.ids.push(id)
      else moments.set(at.getTime(), { inMs: at.getTime() - now.getTime(), ids: [id] })
    }
    return [...moments].map(([atMs, moment]) => ({ atMs, ...moment }))
  }
