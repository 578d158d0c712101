import type { AdminCacheClear } from "../../../types/http"
import { bucketAt, hitRateChange, hitRateExtremes, timelineMarks, trafficSeries } from "../traffic"
import { sumServers } from "../servers"
import { SERIES_START_MS, serverOf, statsOf, totalsOf } from "./figures"

describe("trafficSeries", () => {
  const series = trafficSeries(
    statsOf([
      [10, 9],
      [0, 0],
      [4, 1],
    ])
  )

  it("has no hit rate where nothing was looked up", () => {
    expect(series.buckets.map(({ hitRate }) => hitRate)).toEqual([0.9, null, 0.25])
  })

  it("ends with the bucket that is still running", () => {
    expect(series.buckets.map(({ isRunning }) => isRunning)).toEqual([false, false, true])
  })

  it("covers whole buckets", () => {
    expect([series.fromMs, series.toMs]).toEqual([SERIES_START_MS, SERIES_START_MS + 3 * 60_000])
    expect(series.largestLookups).toBe(10)
  })

  it("says what is to be read from it", () => {
    expect(hitRateExtremes(series)).toEqual({ min: 0.25, max: 0.9, last: 0.25 })
    expect(hitRateExtremes(trafficSeries(statsOf([[0, 0]])))).toBeUndefined()
  })

  it("finds the bucket under the pointer, and stays within the chart", () => {
    expect([-0.1, 0, 0.34, 0.99, 1.2].map((share) => bucketAt(series, share))).toEqual([0, 0, 1, 2, 2])
  })
})

describe("timelineMarks", () => {
  const from = SERIES_START_MS
  const clear = (origin: AdminCacheClear["origin"], all: boolean, minute: number): AdminCacheClear => ({
    at: new Date(from + minute * 60_000).toISOString(),
    origin,
    actor_id: null,
    actor_name: null,
    sample_name: null,
    all,
    calls: 1,
    misses: 0,
    rebuild_ms: 0,
    tags: 1,
    keys: 0,
    sample: ["Product:1"],
    status: "applied",
  })

  it("are what somebody asked for and starts of servers, in order and within the range", () => {
    const marks = timelineMarks(
      [clear("admin", false, 30), clear("event", false, 20), clear("workflow", true, 10), clear("admin", false, 90)],
      [
        serverOf("a", 1, new Date(from + 5 * 60_000).toISOString()),
        serverOf("b", 1, new Date(from - 60_000).toISOString()),
        serverOf("c", undefined, ""),
      ],
      from,
      from + 3_600_000
    )
    expect(marks.map(({ kind, atMs }) => [kind, (atMs - from) / 60_000])).toEqual([
      ["restart", 5],
      ["clear_all", 10],
      ["clear", 30],
    ])
  })
})

describe("the hit rate", () => {
  it("is compared only with another one", () => {
    expect(hitRateChange(totalsOf(4, 3), totalsOf(4, 2))).toBe(0.25)
    expect(hitRateChange(totalsOf(4, 3), totalsOf(0, 0))).toBeNull()
    expect(hitRateChange(totalsOf(0, 0), totalsOf(4, 2))).toBeNull()
  })
})

describe("sumServers", () => {
  it("adds up those that answer and takes the longest uptime, as the server says it", () => {
    const b = serverOf("b", 100, "2026-01-01T00:00:00.000Z")
    const sums = sumServers([
      serverOf("a", 300, "2026-01-02T00:00:00.000Z"),
      { ...b, stats: b.stats && { ...b.stats, uptime_seconds: 90 } },
      serverOf("c", undefined, ""),
    ])
    expect(sums).toEqual({
      memoryUsedBytes: 400,
      memoryLimitBytes: 2_000,
      evictions: 4,
      items: 6,
      uptimeMs: 90_000,
    })
  })

  it("is undefined when none answers, which is not 0", () => {
    expect(sumServers([serverOf("a", undefined, "")])).toBeUndefined()
    expect(sumServers([])).toBeUndefined()
  })
})
