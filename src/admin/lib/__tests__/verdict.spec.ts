import { causesOf, isPlumbing, ofHundred, verdictOf } from "../verdict"
import { NO_MISSES, statsOf, totalsOf } from "./figures"

const entity = (name: string, lookups: number, hits: number, buildMs: number | null = null) => ({
  entity: name,
  lookups,
  hits,
  hit_rate: lookups === 0 ? null : hits / lookups,
  misses: { ...NO_MISSES, new: lookups - hits },
  hit_ms: 2,
  build_ms: buildMs,
  cleared_by: [],
})

const statsWith = (entities: ReturnType<typeof entity>[]) => ({
  ...statsOf([]),
  totals: totalsOf(
    entities.reduce((sum, { lookups }) => sum + lookups, 0),
    entities.reduce((sum, { hits }) => sum + hits, 0)
  ),
  by_entity: entities,
})

describe("the verdict", () => {
  it("is about what the shop would wait for most, and not about plumbing", () => {
    const stats = statsWith([
      entity("ApiKey", 5_000, 4_999, 9),
      entity("Region", 5_000, 4_999, 3),
      entity("Product", 1_000, 620, 110),
    ])
    expect(verdictOf(stats)).toMatchObject({ kind: "good", main: { entity: "Product" }, cause: { cause: "new" } })
  })

  it("says no cause when almost everything hits, or when lookups were only refreshed early", () => {
    expect(verdictOf(statsWith([entity("Product", 1_000, 990, 110)])).cause).toBeUndefined()
    const refreshed = { ...entity("Product", 1_000, 900, 110), misses: { ...NO_MISSES, refresh: 100 } }
    expect(verdictOf(statsWith([refreshed])).cause).toBeUndefined()
  })

  it("is low, or has nothing to judge", () => {
    const kindOf = (lookups: number, hits: number) => verdictOf(statsWith([entity("Product", lookups, hits, 110)])).kind
    expect([kindOf(100, 49), kindOf(100, 50), kindOf(99, 1)]).toEqual(["low", "good", "few"])
    expect(verdictOf(statsWith([]))).toEqual({ kind: "none", main: undefined, cause: undefined })
    expect(verdictOf(statsWith([entity("LinkProductSalesChannel", 500, 400)])).main).toBeUndefined()
  })

  it("judges by what Memcached answered, so that an outage is not the fault of the cache for an hour", () => {
    const afterOutage = { ...entity("Product", 636, 240, 93), misses: { ...NO_MISSES, new: 134, unreachable: 262 } }
    expect(verdictOf(statsWith([afterOutage]))).toMatchObject({ kind: "good", cause: { cause: "unreachable" } })
    const onlyOutage = { ...entity("Product", 300, 0, 93), misses: { ...NO_MISSES, unreachable: 300 } }
    expect(verdictOf(statsWith([onlyOutage])).kind).toBe("few")
  })

  it("does not round up to 100 of 100", () => {
    expect([0.999, 0.29, 1, 0].map(ofHundred)).toEqual([99, 29, 100, 0])
  })
})

describe("causes", () => {
  it("are those that occurred, most frequent first, with their share", () => {
    expect(causesOf({ ...NO_MISSES, expired: 1, cleared: 3 })).toEqual([
      { cause: "cleared", count: 3, share: 0.75 },
      { cause: "expired", count: 1, share: 0.25 },
    ])
    expect(causesOf(NO_MISSES)).toEqual([])
  })

  it("know plumbing by its name", () => {
    expect(["ApiKey", "LinkA", "PriceSet", "other", "Product", "Menu"].map(isPlumbing)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ])
  })
})
