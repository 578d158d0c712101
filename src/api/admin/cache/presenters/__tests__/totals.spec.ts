import { sumOfTotals, totalsOf } from "../totals"
import { countersWith } from "./counters"

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
      hit_rate: 0.6667,
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

describe("sumOfTotals", () => {
  it("adds up providers, and takes the hit rate of the sum", () => {
    const one = totalsOf(
      countersWith({
        lookups: 10,
        hits: 1,
        clears: { explicit: 1, automatic: 2, pending: 3, merged: 4 },
        bytes: { readRaw: 1, read: 2, writtenRaw: 3, written: 4 },
        timeSavedMs: 5,
      })
    )
    const other = totalsOf(countersWith({ lookups: 90, hits: 89 }))
    const sum = sumOfTotals([
      { ...one, misses: { absent: 9 } },
      { ...other, misses: { absent: 1, cleared: 2 } },
    ])
    expect(sum).toMatchObject({
      lookups: 100,
      hits: 90,
      hit_rate: 0.9,
      misses: { absent: 10, cleared: 2 },
      clears: { explicit: 1, automatic: 2, pending: 3, merged: 4 },
      bytes: { read_raw: 1, read: 2, written_raw: 3, written: 4 },
      time_saved_ms: 5,
    })
  })

  it("is all zeros without any provider", () => {
    expect(sumOfTotals([])).toMatchObject({ lookups: 0, hit_rate: null, misses: {} })
  })
})
