import fc from "fast-check"
import { clearLineOf, serverOf, tagOf } from "../../src/api/admin/cache/presenters"
import { statsOf } from "../../src/api/admin/cache/stats/figures"
import { CacheProcess, CacheWorld } from "../../testing/cache-process"
import { CLOCK_START_MS } from "../../testing/manual-runtime"
import { KeySpace } from "../../src/cache/keys"

/*
 * Memcached and every process on it can write what the page shows. Whatever stands there, the page is shown: what is no figure
 * is left out, and nothing adds up to nonsense.
 */

const anyFigure: fc.Arbitrary<unknown> = fc.oneof(
  fc.nat({ max: 1_000 }),
  fc.constantFrom<unknown>(1e308, -1, -1e308, 0.5, 1e20, 1e15, 2 ** 53, 2 ** 53 - 1, 1e14, 1e14 - 1, 8.64e15, -8.64e15),
  fc.constantFrom<unknown>(null, true, "1", "", [], {}, "1e308"),
  fc.double()
)

const anyName: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>("Product", "other", "__proto__", "constructor", "", "x".repeat(10_000), 1, null),
  fc.string({ unit: "binary", maxLength: 20 })
)

const anyRows = (...cells: fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> =>
  fc.oneof(fc.array(fc.tuple(...cells), { maxLength: 8 }), fc.constantFrom<unknown>(null, 1, "x", [null], [[]]))

const COUNTERS = [
  "lookups",
  "hits",
  "misses.absent",
  "misses.cleared",
  "tagLookups",
  "sets",
  "refused.stale",
  "clears.explicit",
  "clears.merged",
  "records",
  "tagsCleared",
  "errors",
  "roundTrips",
  "bytes.read",
  "bytes.readRaw",
  "timeSavedMs",
  "cleared",
  "clearedBy.Product:1",
  "clearedBy.__proto__",
  "__proto__",
  "unheard of",
]

const anyTally = fc.oneof(fc.dictionary(fc.constantFrom(...COUNTERS), anyFigure), fc.constant(null))

const anyBucket = fc.record({
  version: fc.constant(1),
  flushes: anyRows(anyName, anyFigure),
  all: anyTally,
  types: anyRows(anyName, anyTally),
})

const anyShard = fc.record({
  version: fc.constant(1),
  evictedAt: anyFigure,
  batches: anyRows(anyName),
  tags: anyRows(anyName, anyFigure, anyFigure, anyFigure, anyFigure, anyName),
})

const anyHistory = fc.record({
  version: fc.constant(1),
  lines: anyRows(
    anyName,
    anyFigure,
    fc.constantFrom(0, 3),
    anyName,
    anyFigure,
    anyFigure,
    anyFigure,
    anyFigure,
    anyFigure,
    fc.array(anyName, { maxLength: 3 })
  ),
})

const STATISTICS = [
  "version",
  "uptime",
  "time",
  "bytes",
  "limit_maxbytes",
  "curr_items",
  "evictions",
  "curr_connections",
  "get_hits",
  "get_misses",
]

const anyStatistics = fc.dictionary(
  fc.constantFrom(...STATISTICS),
  fc.oneof(
    fc.constantFrom("1e20", "-1", "1e308", "NaN", "0x10", "Infinity", "9".repeat(400), "", "0.5", " 1", "1767225600"),
    fc.nat().map(String),
    fc.string({ unit: "binary", maxLength: 200 })
  )
)

/** What an item holds: as it should be but for its figures, or anything at all. */
const orAnything = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: item }, { weight: 1, arbitrary: fc.jsonValue() })

/** Everything that JSON shows of it is a figure, a time that can be shown, or text of some length. */
function expectShown(value: unknown): void {
  const text = JSON.stringify(value)
  JSON.parse(text, (name, part: unknown) => {
    if (typeof part === "number") {
      expect({ name, part, isFigure: Number.isFinite(part) && part >= 0 && part <= Number.MAX_SAFE_INTEGER }).toEqual({
        name,
        part,
        isFigure: true,
      })
      if (name === "hit_rate") expect(part).toBeLessThanOrEqual(1)
    }
    if (/_at$|^(at|from|to|start)$/.test(name) && part !== null) {
      expect(part).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    }
    return part
  })
}

const keys = new KeySpace("medusa")

function put({ memcached }: CacheWorld, name: string, item: unknown): void {
  memcached.execute({ op: "set", key: name, value: Buffer.from(JSON.stringify(item)), flags: 0, expiration: 0 })
}

const open = (world: CacheWorld): CacheProcess => new CacheProcess(world, { statistics: { flushIntervalMs: 5_000 } })

describe("what others have written", () => {
  it("into the buckets of the statistics is shown, or left out", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(orAnything(anyBucket), { minLength: 1, maxLength: 4 }), async (buckets) => {
        const world = new CacheWorld()
        const process = open(world)
        const newest = Math.floor(CLOCK_START_MS / 60_000)
        buckets.forEach((bucket, i) => put(world, keys.statistics(60, newest - i), bucket))
        // Counted by this process, and added to what is there.
        await process.get("absent")
        expectShown(statsOf("1h", "id", await process.cache.insight.timeSeries.read("1h")))
        await process.cache.insight.timeSeries.flush()
        const stats = statsOf("1h", "id", await process.cache.insight.timeSeries.read("1h"))

        expectShown(stats)
        expect(stats.totals.lookups).toBeGreaterThan(0)
        await process.cache.close()
      }),
      { numRuns: 60 }
    )
  })

  it("into the list of tags is shown, or left out", async () => {
    await fc.assert(
      fc.asyncProperty(orAnything(anyShard), async (shard) => {
        const world = new CacheWorld()
        const process = open(world)
        for (let i = 0; i < 64; i++) put(world, keys.tags(i), shard)
        const { tags } = await process.cache.insight.tags.list()

        for (const tag of tags) {
          expectShown(tagOf(tag, null))
          expect(tag.tag.length).toBeLessThanOrEqual(160)
          expect(tag.lastCleared?.atMs ?? 0).toBeLessThan(CLOCK_START_MS + 2 * 86_400_000)
        }
        await process.cache.close()
      }),
      { numRuns: 100 }
    )
  })

  it("into the history of clears is shown, or left out", async () => {
    await fc.assert(
      fc.asyncProperty(orAnything(anyHistory), async (history) => {
        const world = new CacheWorld()
        const process = open(world)
        put(world, keys.clears(), history)
        await process.clear("t")
        await process.cache.insight.clears.flush()
        const { clears } = await process.cache.insight.clears.recent()

        clears.forEach((line) => expectShown(clearLineOf(line)))
        // Nothing that claims to be of next year stands before it for ever.
        expect(clears[0]?.sample).toEqual(["t"])
        await process.cache.close()
      }),
      { numRuns: 100 }
    )
  })

  it("into the statistics of a server is shown, or left out", async () => {
    await fc.assert(
      fc.asyncProperty(anyStatistics, async (statistics) => {
        const process = open(new CacheWorld())
        Object.assign(process.server, { stats: () => Promise.resolve(statistics) })
        const [server] = await process.cache.insight.servers.read()
        if (!server) throw new Error("there is a server")
        const { stats } = serverOf(server)

        expectShown(stats)
        expect(stats?.version).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
        expect(stats?.version.length).toBeLessThan(50)
        await process.cache.close()
      }),
      { numRuns: 100 }
    )
  })

  it("into the statistics of a server leaves the other figures as they are", async () => {
    const process = open(new CacheWorld())
    const statistics = {
      version: "1.6.18",
      uptime: "3600",
      time: "1e20",
      bytes: "1e308",
      curr_items: "-5",
      get_hits: "7",
    }
    Object.assign(process.server, { stats: () => Promise.resolve(statistics) })
    const [server] = await process.cache.insight.servers.read()

    expect(server?.stats).toMatchObject({
      version: "1.6.18",
      uptimeSeconds: 3600,
      startedAtMs: CLOCK_START_MS - 3_600_000,
      memoryUsedBytes: 0,
      items: 0,
      getHits: 7,
    })
  })
})
