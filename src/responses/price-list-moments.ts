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
   * Returns the first moment after a Unix time, both in milliseconds; 0 when there is none. Postgres is asked again when
   * a price list was changed. Rejects when it cannot be asked.
   */
  async after(timeMs: number, answers: Pick<Answers, "versions" | "isUnchanged">): Promise<number> {
    if (!this.#loaded || !answers.isUnchanged(this.#loaded.since, [PRICE_LISTS_HASH])) {
      this.#loaded = { since: answers.versions(), moments: this.#load(timeMs - LONGEST_REQUEST_MS) }
    }
    const { moments } = this.#loaded
    try {
      const known = await moments
      const next = known.find((moment) => moment > timeMs)
      if (next !== undefined || known.length < MAX_MOMENTS) return next ?? 0
      this.#loaded = undefined
      return await this.after(timeMs, answers)
    } catch (error) {
      this.#loaded = undefined
      throw error
    }
  }

  async #load(timeMs: number): Promise<readonly number[]> {
    const knex = this.#connection()
    const moments = (column: string) =>
      knex("price_list").select({ moment: column }).whereNull("deleted_at").where(column, ">", new Date(timeMs))
    const rows: readonly { readonly moment: Date }[] = await moments("starts_at")
      .union([moments("ends_at")])
      .orderBy("moment")
      .limit(MAX_MOMENTS)
    return rows.map(({ moment }) => moment.getTime())
  }
}
