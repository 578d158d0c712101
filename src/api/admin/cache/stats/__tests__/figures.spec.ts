import { noFigures } from "../../../../../cache"
import { statsOf, totalsOf } from "../../stats/figures"
import { countersWith } from "../../__tests__/counters"

const HOUR_MS = 3_600_000

describe("statsOf", () => {
  it("shows a bucket with the sum of its misses and clears", () => {
    const counters = countersWith({
      lookups: 10,
      hits: 4,
      misses: { ...countersWith().misses, new: 5, cleared: 1 },
      sets: 3,
      clears: { explicit: 1, automatic: 2, pending: 0, merged: 2 },
      timeSavedMs: 40,
    })
    const stats = statsOf("1h", "caching-memcached", {
      fromMs: 0,
      toMs: HOUR_MS,
      sinceMs: 60_000,
      bucketSeconds: 60,
      totals: counters,
      previous: countersWith(),
      series: [{ startMs: 60_000, counters }],
      entities: [
        {
          entity: "Product",
          lookups: 8,
          hits: 2,
          misses: { ...countersWith().misses, new: 5, cleared: 1 },
          hitMs: 1.234,
          buildMs: null,
          clearedBy: [1, 2, 3, 4].map((misses) => ({ tag: `Product:${misses}`, misses, clears: 1 })),
        },
      ],
      clearingTags: [{ tag: "Product:list:*", misses: 1, clears: 1 }],
      complete: true,
    })
    expect(stats).toMatchObject({
      from: "1970-01-01T00:00:00.000Z",
      to: "1970-01-01T01:00:00.000Z",
      counted_since: "1970-01-01T00:01:00.000Z",
      provider_id: "caching-memcached",
      previous: { lookups: 0, hit_rate: null },
      complete: true,
    })
    expect(stats.series).toEqual([
      {
        start: "1970-01-01T00:01:00.000Z",
        lookups: 10,
        hits: 4,
        misses: counters.misses,
        sets: 3,
        clears: 3,
        time_saved_ms: 40,
      },
    ])
    expect(stats.by_entity[0]).toMatchObject({ entity: "Product", hit_rate: 0.25, hit_ms: 1.23, build_ms: null })
    expect(stats.by_entity[0]?.cleared_by).toHaveLength(3)
  })
})

describe("totalsOf", () => {
  it("has no hit rate without lookups", () => {
    expect(totalsOf(countersWith()).hit_rate).toBeNull()
  })

  it("gives every counter its name of the API", () => {
    const totals = totalsOf(
      countersWith({
        lookups: 3,
        hits: 2,
        tagLookups: 4,
        sets: 5,
        keptBriefly: 1,
        clears: { explicit: 6, automatic: 7, pending: 8, merged: 9 },
        tagsCleared: 10,
        errors: 11,
        roundTrips: 12,
        bytes: { readRaw: 13, read: 14, writtenRaw: 15, written: 16 },
        timeSavedMs: 17,
      })
    )
    expect(totals).toMatchObject({
      lookups: 3,
      hits: 2,
      hit_rate: 0.6666,
      tag_lookups: 4,
      sets: 5,
      kept_briefly: 1,
      clears: { explicit: 6, automatic: 7, pending: 8, merged: 9 },
      tags_cleared: 10,
      errors: 11,
      round_trips: 12,
      bytes: { read_raw: 13, read: 14, written_raw: 15, written: 16 },
      time_saved_ms: 17,
    })
  })
})

describe("without a running cache", () => {
  it("nothing was counted by nobody", () => {
    expect(statsOf("7d", null, noFigures(0))).toMatchObject({
      range: "7d",
      from: "1970-01-01T00:00:00.000Z",
      to: "1970-01-01T00:00:00.000Z",
      provider_id: null,
      totals: { lookups: 0, hit_rate: null, misses: { new: 0 } },
      series: [],
      by_entity: [],
      complete: false,
    })
  })
})
