import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { type Answers, hashOfTag, type LogVersions } from "../cache"

const PRICE_LISTS_HASH = hashOfTag("PriceList:list:*")

/**
 * Hashes of tags of which each answer with prices has one: those of what Postgres was asked for, or those of Medusa's
 * entries with calculated prices, which have none of price lists.
 */
export const PRICE_HASHES = [PRICE_LISTS_HASH, hashOfTag("Price:list:*"), hashOfTag("ProductVariant:list:*")]

/** Another request may have begun so much earlier, and is served from the same moments. */
const LONGEST_REQUEST_MS = 60_000

/** More would be no price lists but something else. The others are read when these have passed. */
const MAX_MOMENTS = 1_000

/**
 * The moments at which a price list begins or ends. Nothing changes in the database then, but prices do, so that no
 * answer with prices may outlive the next one.
 */
export class PriceListMoments {
  readonly #connection: () => Knex
  #loaded: { readonly since: LogVersions; readonly moments: Promise<readonly number[]> } | undefined

  constructor(connection: () => Knex) {
    this.#connection = connection
  }

  /**
   * Returns the first moment after a Unix time, both in milliseconds and by this process's clock; 0 when there is none.
   * Postgres is asked again when a price list was changed. Rejects when it cannot be asked, and when more moments than
   * are read have just passed.
   */
  async after(timeMs: number, answers: Pick<Answers, "versions" | "isUnchanged">): Promise<number> {
    const next = await this.#next(timeMs, answers)
    if (next !== undefined) return next
    this.#loaded = undefined
    const again = await this.#next(timeMs, answers)
    if (again === undefined) throw new Error(`more than ${MAX_MOMENTS} price lists have begun or ended just now`)
    return again
  }

  /** Undefined when all moments that were read have passed, and there may be others. */
  async #next(timeMs: number, answers: Pick<Answers, "versions" | "isUnchanged">): Promise<number | undefined> {
    if (!this.#loaded || !answers.isUnchanged(this.#loaded.since, [PRICE_LISTS_HASH])) {
      this.#loaded = { since: answers.versions(), moments: this.#load() }
    }
    const { moments } = this.#loaded
    try {
      const known = await moments
      return known.find((moment) => moment > timeMs) ?? (known.length < MAX_MOMENTS ? 0 : undefined)
    } catch (error) {
      this.#loaded = undefined
      throw error
    }
  }

  /** Postgres decides when a price list begins, so its clock counts. The answer's way here makes a moment later. */
  async #load(): Promise<readonly number[]> {
    const knex = this.#connection()
    const moments = (column: string) =>
      knex("price_list")
        .select({ moment: column })
        .whereNull("deleted_at")
        .where(column, ">", knex.raw("now() - make_interval(secs => ?)", [LONGEST_REQUEST_MS / 1_000]))
    // Thousands of price lists may begin at one moment.
    const distinct = moments("starts_at").union([moments("ends_at")])
    const rows: readonly { readonly moment: Date; readonly now: Date }[] = await knex(distinct.as("moments"))
      .select({ moment: "moment", now: knex.raw("clock_timestamp()") })
      .orderBy("moment")
      .limit(MAX_MOMENTS)
    const nowMs = Date.now()
    return rows.map(({ moment, now }) => nowMs + moment.getTime() - now.getTime())
  }
}
