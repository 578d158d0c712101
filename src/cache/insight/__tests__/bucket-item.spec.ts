import { addCounts, type BucketCounts, NOTHING_COUNTED, OTHER } from "../bucket-counts"
import { decodeBucket, encodeBucket, MAX_BUCKET_BYTES, MAX_PROCESSES } from "../bucket-item"

const sizeOf = (item: unknown): number => Buffer.byteLength(JSON.stringify(item))

const processes = (count: number): Map<string, number> =>
  new Map(Array.from({ length: count }, (_, i) => [`process-${i}`, i + 1]))

function countsOf(types: number, nameOf: (i: number) => string): BucketCounts {
  const clearedBy = new Map(Array.from({ length: 5 }, (_, i) => [`${nameOf(i)}:tag`, 1] as const))
  const entities = new Map(
    Array.from({ length: types }, (_, i) => [nameOf(i), { lookups: 1, hits: 1, cleared: 1, clearedBy }] as const)
  )
  return { counters: { ...NOTHING_COUNTED.counters, lookups: types, hits: types }, entities, clearingTags: clearedBy }
}

describe("a bucket", () => {
  it("comes back as it was stored", () => {
    const bucket = { counts: countsOf(3, (i) => `Type${i}`), applied: processes(2) }
    expect(decodeBucket(JSON.parse(JSON.stringify(encodeBucket(bucket))))).toEqual(bucket)
  })

  it.each([-1, 0.5, 1e308, 1e15, "1", null])(
    "is as good as empty with a counter that none has counted: %p",
    (lookups) => {
      const bucket = decodeBucket({ v: 1, p: [], c: { lookups, hits: 0, sets: 3 }, e: [], t: [] })
      expect(bucket).toMatchObject({ counts: { counters: { lookups: 0, sets: lookups === null ? 3 : 0 } } })
    }
  )

  it("is as good as empty with more hits than lookups", () => {
    const bucket = decodeBucket({ v: 1, p: [], c: { lookups: 1, hits: 2 }, e: [["Product", 1, 2, 0, []]], t: [] })
    expect(bucket).toEqual({ counts: NOTHING_COUNTED, applied: new Map() })
  })

  it("remembers the last 64 processes, however many write to it", () => {
    const { p } = encodeBucket({ counts: NOTHING_COUNTED, applied: processes(5_000) })
    expect(p).toHaveLength(MAX_PROCESSES)
    expect(p.at(-1)).toEqual(["process-4999", 5_000])
  })

  it("has room for 24 types and what all others have in common", () => {
    const many = addCounts(
      NOTHING_COUNTED,
      countsOf(100, (i) => `Type${i}`)
    )
    expect(many.entities.size).toBe(25)
    expect(many.entities.get(OTHER)?.lookups).toBe(76)
  })

  // Characters that take six bytes each in JSON.
  it("stays small with the longest and oddest of names, and keeps its counters", () => {
    const counts = addCounts(
      NOTHING_COUNTED,
      countsOf(100, (i) => "\u0001".repeat(97) + String(i))
    )
    const item = encodeBucket({ counts, applied: processes(100) })
    expect(sizeOf(item)).toBeLessThanOrEqual(MAX_BUCKET_BYTES)
    const bucket = decodeBucket(item)
    expect(bucket).toMatchObject({ counts: { counters: { lookups: 100, hits: 100 } } })
  })

  it.each([[{ toString: 1 }], [JSON.parse("[".repeat(5_000) + "]".repeat(5_000)) as unknown], ["1"]])(
    "takes no counter that is no number, and throws at none",
    (lookups) => {
      const bucket = decodeBucket({ v: 1, p: [], c: { lookups }, e: [], t: [] })

      expect(bucket).toMatchObject({ counts: { counters: { lookups: 0 } } })
    }
  )
})
