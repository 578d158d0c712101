import { type Bucket, decodeBucket, encodeBucket, MAX_BUCKET_BYTES, MAX_PROCESSES, withFlush } from "../bucket"
import { type Counts, NOTHING, OTHER, sumOfCounts } from "../counts"

const sizeOf = (item: unknown): number => Buffer.byteLength(JSON.stringify(item))

const processes = (count: number): Map<string, number> =>
  new Map(Array.from({ length: count }, (_, i) => [`process-${i}`, i + 1]))

function countsOf(types: number, nameOf: (i: number) => string): Counts {
  const causes = Array.from({ length: 5 }, (_, i) => [`clearedBy.${nameOf(i)}:tag`, 1] as const)
  const tally = new Map([["lookups", 1] as const, ["hits", 1] as const, ["cleared", 1] as const, ...causes])
  return {
    all: new Map([["lookups", types] as const, ["hits", types] as const, ...causes]),
    types: new Map(Array.from({ length: types }, (_, i) => [nameOf(i), tally])),
  }
}

/** As it is read after it was stored. */
const stored = (bucket: Bucket): Bucket => decodeBucket(JSON.parse(JSON.stringify(encodeBucket(bucket))))

describe("a bucket", () => {
  it("comes back as it was stored", () => {
    const bucket = { id: "a:1", counts: countsOf(3, (i) => `Type${i}`), flushes: processes(2) }
    expect(stored(bucket)).toEqual(bucket)
  })

  it("has whatever else was counted under a name of its own", () => {
    const tally = new Map([["computeMs", 7]])
    const counts = { all: tally, types: new Map([["Product", tally]]) }
    expect(stored({ id: "", counts, flushes: new Map() }).counts).toEqual(counts)
  })

  it.each([-1, 0.5, 1e308, 1e15, "1", null])("is as good as empty with a count that is none: %p", (lookups) => {
    const item = { version: 1, flushes: [], all: { lookups, sets: 3 }, types: [["Product", { lookups }]] }
    expect(decodeBucket(item).counts).toEqual(NOTHING)
  })

  it("is as good as empty with more hits than lookups", () => {
    const tally = { lookups: 1, hits: 2 }
    const bucket = decodeBucket({ version: 1, flushes: [], all: tally, types: [["Product", tally]] })
    expect(bucket).toEqual({ id: "", counts: NOTHING, flushes: new Map() })
  })

  it("remembers the last 64 processes, however many write to it", () => {
    const { flushes } = stored({ id: "", counts: NOTHING, flushes: processes(5_000) })
    expect(flushes.size).toBe(MAX_PROCESSES)
    expect([...flushes].at(-1)).toEqual(["process-4999", 5_000])
  })

  it("has room for 24 types and what all others have in common, and who has a place keeps it", () => {
    const item = encodeBucket({ id: "", counts: countsOf(24, (i) => `Type${i}`), flushes: new Map() })
    const flush = { process: "a", number: 1, counts: countsOf(100, (i) => `Type${99 - i}`) }
    const { types } = decodeBucket(withFlush(item, flush)).counts
    expect(types.size).toBe(25)
    expect([...types.keys()].slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, i) => `Type${i}`))
    expect(types.get("Type0")?.get("lookups")).toBe(2)
    expect(types.get(OTHER)?.get("lookups")).toBe(76)
  })

  it("has room for the 40 tags that cleared most, and for 5 of a type", () => {
    const tally = new Map(Array.from({ length: 100 }, (_, i) => [`clearedBy.t${i}`, i + 1]))
    const { all, types } = stored({
      id: "",
      counts: { all: tally, types: new Map([["t", tally]]) },
      flushes: new Map(),
    }).counts
    expect([...all.values()]).toEqual(Array.from({ length: 40 }, (_, i) => 61 + i))
    expect([...(types.get("t")?.keys() ?? [])]).toEqual([95, 96, 97, 98, 99].map((i) => `clearedBy.t${i}`))
  })

  it("keeps the numbers of clears of those tags, before those of others", () => {
    const numbers = Array.from({ length: 100 }, (_, i) => i + 1)
    const tally = new Map([
      ...numbers.map((i): [string, number] => [`clearedBy.t${i}`, i]),
      ...numbers.map((i): [string, number] => [`clearsOf.t${i}`, 1]),
      ...numbers.map((i): [string, number] => [`clearsOf.u${i}`, 50]),
    ])
    const { all } = stored({ id: "", counts: { all: tally, types: new Map() }, flushes: new Map() }).counts
    const clears = [...all.keys()].filter((name) => name.startsWith("clearsOf."))
    expect(clears).toEqual(numbers.slice(60).map((i) => `clearsOf.t${i}`))
  })

  it("stays small with the longest and oddest of names, and keeps its counters", () => {
    // Characters that take six bytes each in JSON.
    const counts = countsOf(100, (i) => "\u0001".repeat(97) + String(i))
    const item = encodeBucket({ id: "a:1", counts, flushes: processes(100) })
    expect(sizeOf(item)).toBeLessThanOrEqual(MAX_BUCKET_BYTES)
    expect([...decodeBucket(item).counts.all]).toEqual([
      ["lookups", 100],
      ["hits", 100],
    ])
  })

  it("stays small when somebody has put names into it that nobody counts", () => {
    const forged = Object.fromEntries(Array.from({ length: 600 }, (_, i) => ["\u0001".repeat(90) + String(i), 1]))
    const flushes = Array.from({ length: 60 }, (_, i) => ["\u0001".repeat(90) + String(i), 1])
    const item = { version: 1, flushes, all: { ...forged, lookups: 3 }, types: [["Product", forged]] }
    const after = withFlush(item, { process: "a", number: 1, counts: countsOf(1, String) })
    expect(sizeOf(after)).toBeLessThanOrEqual(MAX_BUCKET_BYTES)
    expect(decodeBucket(after).counts.all.get("lookups")).toBe(4)
  })

  it.each([[{ toString: 1 }], [JSON.parse("[".repeat(5_000) + "]".repeat(5_000)) as unknown], ["1"]])(
    "takes no count that is no number, and throws at none",
    (lookups) => {
      const item = { version: 1, flushes: [["a", lookups]], all: { lookups }, types: [["Product", { lookups }]] }
      expect(decodeBucket(item)).toEqual({ id: "", counts: NOTHING, flushes: new Map() })
    }
  )
})

describe("a flush", () => {
  const flush = { process: "a", number: 2, counts: countsOf(1, () => "Product") }

  it("is added to what others have counted, once", () => {
    const others = { id: "b:1", counts: countsOf(2, (i) => `Type${i}`), flushes: new Map([["b", 7]]) }
    const item = withFlush(encodeBucket(others), flush)
    expect(decodeBucket(item)).toEqual({
      id: "b:1",
      counts: sumOfCounts([others.counts, flush.counts]),
      flushes: new Map([
        ["b", 7],
        ["a", 2],
      ]),
    })
    expect(withFlush(item, flush)).toBeUndefined()
    expect(withFlush(item, { ...flush, number: 3 })).toBeDefined()
  })

  it("names a bucket that it begins", () => {
    expect(decodeBucket(withFlush(undefined, flush)).id).toBe("a:2")
  })

  it("leaves the bucket of a later version alone, and replaces that of an earlier one", () => {
    expect(withFlush({ version: 2 }, flush)).toBeUndefined()
    expect(decodeBucket(withFlush({ version: 0 }, flush)).counts).toEqual(flush.counts)
  })
})
