import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { PriceListMoments } from "../price-list-moments"

describe("PriceListMoments", () => {
  afterEach(() => jest.useRealTimers())

  it("tells by this process's clock when a price list begins by that of Postgres", async () => {
    jest.useFakeTimers({ now: 1_000_000 })
    const POSTGRES_MS = Date.now() - 1_500
    const rows = [-10, 5_000].map((inMs) => ({
      moment: new Date(POSTGRES_MS + inMs),
      now: new Date(POSTGRES_MS),
    }))
    const query = { select: step, whereNull: step, where: step, unionAll: step, orderBy: step, limit: async () => rows }
    function step() {
      return query
    }
    const knex = Object.assign(step, { raw: step }) as unknown as Knex
    const answers = { versions: () => [] as never, isUnchanged: () => true }
    const moments = new PriceListMoments(() => knex)
    expect(await moments.after(Date.now(), answers)).toBe(Date.now() + 5_000)
    expect(await moments.after(Date.now() + 5_000, answers)).toBe(0)
  })
})
