import { emptyStats, statsOf } from "../stats"
import { countersWith } from "./counters"

const HOUR_MS = 3_600_000

describe("statsOf", () => {
  it("shows a bucket with the sum of its misses and clears", () => {
    const counters = countersWith({
      lookups: 10,
      hits: 4,
      misses: { ...countersWith().misses, absent: 5, cleared: 1 },
      sets: 3,
      clears: { explicit: 1, automatic: 2, pending: 0, merged: 2 },
      timeSavedMs: 40,
    })
    const stats = statsOf("1h", "caching-memcached", {
      fromMs: 0,
      toMs: HOUR_MS,
      bucketSeconds: 60,
      totals: counters,
      previous: countersWith(),
      series: [{ startMs: 60_000, counters }],
      entities: [
        {
          entity: "Product",
          lookups: 8,
          hits: 2,
          cleared: 1,
          clearedBy: [1, 2, 3, 4].map((count) => ({ tag: `Product:${count}`, count })),
        },
      ],
      clearingTags: [{ tag: "Product:list:*", count: 1 }],
      complete: true,
    })
    expect(stats).toMatchObject({
      from: "1970-01-01T00:00:00.000Z",
      to: "1970-01-01T01:00:00.000Z",
      provider_id: "caching-memcached",
      previous: { lookups: 0, hit_rate: null },
      complete: true,
    })
    expect(stats.series).toEqual([
      { start: "1970-01-01T00:01:00.000Z", lookups: 10, hits: 4, misses: 6, sets: 3, clears: 3, time_saved_ms: 40 },
    ])
    expect(stats.by_entity[0]).toMatchObject({ entity: "Product", hit_rate: 0.25, cleared: 1 })
    expect(stats.by_entity[0]?.cleared_by).toHaveLength(3)
  })
})

describe("emptyStats", () => {
  it("says that nothing was counted by nobody", () => {
    expect(emptyStats("7d", 0)).toMatchObject({
      range: "7d",
      provider_id: null,
      totals: { lookups: 0 },
      series: [],
      complete: false,
    })
  })
})
