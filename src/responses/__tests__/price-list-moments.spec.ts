import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { PriceListMoments } from "../price-list-moments"

/** Answers what `rowsOf` returns to each query. */
function postgres(rowsOf: () => readonly { readonly moment: Date; readonly now: Date }[]): Knex {
  const query = { select: step, whereNull: step, where: step, union: step, as: step, orderBy: step, limit }
  function step() {
    return query
  }
  function limit() {
    return Promise.resolve().then(rowsOf)
  }
  return Object.assign(step, { raw: step }) as unknown as Knex
}

const answers = { versions: () => [] as never, isUnchanged: () => true }

describe("PriceListMoments", () => {
  afterEach(() => jest.useRealTimers())

  it("tells by this process's clock when a price list begins by that of Postgres", async () => {
    jest.useFakeTimers({ now: 1_000_000 })
    const POSTGRES_MS = Date.now() - 1_500
    const rows = [-10, 5_000].map((inMs) => ({
      moment: new Date(POSTGRES_MS + inMs),
      now: new Date(POSTGRES_MS),
    }))
    const moments = new PriceListMoments(() => postgres(() => rows))
    expect(await moments.after(Date.now(), answers)).toBe(Date.now() + 5_000)
    expect(await moments.after(Date.now() + 5_000, answers)).toBe(0)
  })

  it("does not ask again and again where very many price lists have just begun", async () => {
    const now = new Date()
    const row = { moment: new Date(now.getTime() - 10_000), now }
    let asked = 0
    const knex = postgres(() => {
      asked += 1
      if (asked > 10) throw new Error("asked again and again")
      return Array.from({ length: 1_000 }, () => row)
    })
    const moments = new PriceListMoments(() => knex)

    await expect(moments.after(now.getTime(), answers)).rejects.toThrow("more than 1000 price lists")
    expect(asked).toBe(2)
  })
})
