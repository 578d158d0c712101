import fc from "fast-check"
import { hashOfKey, hashOfTag } from "../../support/hash"
import { idOf, type IndexedEntry, IndexShard, linesAbout, shardOf, shardOfId, valueOf } from "../index-shard"

const entry = (key: string, ...tags: string[]): IndexedEntry => ({
  key,
  isAnswer: false,
  hashes: [hashOfKey(key), ...tags.map(hashOfTag)],
})

const shardsOf = (...entries: readonly IndexedEntry[]): Map<number, IndexShard> =>
  new Map(linesAbout(entries).map(({ shard, lines }) => [shard, new IndexShard(valueOf(lines))]))

function keysWith(tag: string, shards: ReadonlyMap<number, IndexShard>): (string | undefined)[] {
  const ids = [...(shards.get(shardOf(hashOfTag(tag)))?.idsWith([hashOfTag(tag)]) ?? [])]
  return ids.map((id) => shards.get(shardOfId(id))?.keyOf(id)?.key)
}

const anyKey = fc.string({ unit: "grapheme", minLength: 1 }).filter((key) => !key.includes("\n"))
const anyTags = fc.uniqueArray(fc.string({ unit: "grapheme" }), { maxLength: 300 })

describe("the shards of the tag index", () => {
  it("have these bytes, by which two versions of this package read each other's", () => {
    const lines = linesAbout([entry("products-1", "Product:prod_1", "Product:list:*")])
    expect(Object.fromEntries(lines.map(({ shard, lines }) => [shard, lines]))).toEqual({
      1: ["XUS-ELlB=products-1"],
      34: ["XUS-ELlBkoQ"],
      39: ["XUS-ELlBDtI"],
    })
  })

  it("tell the keys of each tag, whatever they are called", () => {
    fc.assert(
      fc.property(anyKey, anyTags, anyKey, anyTags, (one, its, other, others) => {
        const shards = shardsOf(entry(one, ...its), entry(other, ...others))
        for (const tag of its) expect(keysWith(tag, shards)).toContain(one)
        for (const tag of others) expect(keysWith(tag, shards)).toContain(other)
      }),
      { numRuns: 200 }
    )
  })

  it("tell no key of a tag that its entry does not have, but for one in 260,000", () => {
    const shards = shardsOf(entry("k", ...Array.from({ length: 1_000 }, (_, i) => `Product:prod_${i}`)))
    const found = Array.from({ length: 20_000 }, (_, i) => `Variant:${i}`).filter((tag) => keysWith(tag, shards).length)
    // 20,000 × 1,000 tags, of which one in 64 is in the same shard.
    expect(found.length).toBeLessThan(10)
  })

  it("take 4 KB of a list with a thousand tags, and its key once", () => {
    const key = "k".repeat(200)
    const lines = linesAbout([entry(key, ...Array.from({ length: 1_000 }, (_, i) => `Product:prod_${i}`))])
    const text = lines.map((shard) => valueOf(shard.lines).toString()).join("")

    expect(lines).toHaveLength(64)
    expect(text.split(key)).toHaveLength(2)
    expect(text.length).toBeLessThan(4_000)
  })

  it("name no key under an id that is not its own", () => {
    const id = idOf(hashOfKey("k"))
    expect(new IndexShard(Buffer.from(`${id}=k\n`)).keyOf(id)).toEqual({ key: "k", isAnswer: false })
    expect(new IndexShard(Buffer.from(`${id}~k\n`)).keyOf(id)).toEqual({ key: "k", isAnswer: true })
    expect(new IndexShard(Buffer.from(`${id}=other\n`)).keyOf(id)).toBeUndefined()
  })

  it("do without what is damaged", () => {
    const [good] = linesAbout([entry("k", "t")])
    const shard = new IndexShard(Buffer.from(["", "=", "short", "12345678", "12345678ab", "12345678ab!"].join("\n")))
    expect(good?.lines.length).toBeGreaterThan(0)
    expect(shard.lineCount).toBe(0)
    const line = valueOf(linesAbout([entry("k", "t")]).flatMap(({ lines }) => lines))
    fc.assert(
      fc.property(fc.nat({ max: line.length * 8 - 1 }), (bit) => {
        const bytes = Buffer.concat([line])
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const damaged = new IndexShard(bytes)
        for (const id of damaged.idsWith([hashOfTag("t")])) {
          expect(shardOfId(id)).toBeGreaterThanOrEqual(0)
          expect([undefined, "k"]).toContain(damaged.keyOf(id)?.key)
        }
      })
    )
  })

  it("are read in time that grows with their size only", () => {
    const [{ lines: [line = ""] = [] } = {}] = linesAbout([entry("k", "t")]).filter(
      ({ shard }) => shard === shardOf(hashOfTag("t"))
    )
    // The fingerprint as often as it fits, and never where one can be.
    const forged = new IndexShard(Buffer.from(`${line.slice(0, 8)}A${line.slice(8).repeat(340_000)}AA\n`))
    expect(forged.idsWith([hashOfTag("t")]).size).toBe(0)
  })
})

describe("the keys of tags in a shard", () => {
  it("are in the order in which they were stored last, those of all tags together", () => {
    const [a = "", b = ""] = Array.from({ length: 1_000 }, (_, i) => `t${i}`).filter(
      (tag) => shardOf(hashOfTag(tag)) === shardOf(hashOfTag("t"))
    )
    const entries = [entry("1", "t"), entry("2", a), entry("3", b), entry("4", "t"), entry("1", "t")]
    const lines = linesAbout(entries).find(({ shard }) => shard === shardOf(hashOfTag("t")))?.lines ?? []
    const ids = new IndexShard(valueOf(lines)).idsWith([hashOfTag(a), hashOfTag("t")])

    expect([...ids]).toEqual(["2", "4", "1"].map((key) => idOf(hashOfKey(key))))
  })
})

describe("the newest lines of a shard", () => {
  const linesOf = (...entries: readonly IndexedEntry[]): string[] =>
    linesAbout(entries).find(({ shard }) => shard === shardOf(hashOfTag("t")))?.lines ?? []
  const newest = (lines: readonly string[], maxBytes = 1_000, dead: readonly string[] = []): string[] =>
    new IndexShard(valueOf(lines)).newest(maxBytes, new Set(dead))

  it("are the last about each key, in their order", () => {
    const [a = "", b = ""] = [...linesOf(entry("a", "t")), ...linesOf(entry("b", "t"))].filter(
      (line) => !line.includes("=")
    )
    expect(a).not.toBe(b)
    expect(newest([a, b, a])).toEqual([b, a])
  })

  it("are the last that fit, and none of dead keys", () => {
    const lines = ["AAAAAAAAabc", "BBBBBBBBabc", "CCCCCCCC=c", "CCCCCCCCabc"]
    expect(newest(lines)).toEqual(["CCCCCCCC=c", "AAAAAAAAabc", "BBBBBBBBabc", "CCCCCCCCabc"])
    expect(newest(lines, 24)).toEqual(["CCCCCCCC=c", "CCCCCCCCabc"])
    expect(newest(lines, 21)).toEqual(["CCCCCCCCabc"])
    expect(newest(lines, 1_000, ["CCCCCCCC"])).toEqual(["AAAAAAAAabc", "BBBBBBBBabc"])
  })

  it("are others where one is too long", () => {
    const lines = ["AAAAAAAAabc", "BBBBBBBB=b", `CCCCCCCC=${"c".repeat(100)}`, `CCCCCCCC${"abc".repeat(40)}`]
    expect(newest(lines, 100)).toEqual(["BBBBBBBB=b", "AAAAAAAAabc"])
  })

  it("are all but the dead ones when they fit, also if most are names", () => {
    const names = Array.from({ length: 20 }, (_, i) => `${String(i).padStart(8, "x")}=${"k".repeat(40)}`)
    const tags = ["AAAAAAAAabc", "BBBBBBBBabc"]
    const all = [...names, ...tags]

    expect(newest(all, valueOf(all).length)).toEqual(all)
    expect(newest(all, valueOf(all).length, ["AAAAAAAA"])).toEqual([...names, "BBBBBBBBabc"])
  })

  it("are names as well, however many entries share a tag", () => {
    const tags = Array.from({ length: 100 }, (_, i) => `${String(i).padStart(8, "x")}abc`)
    const names = Array.from({ length: 10 }, (_, i) => `${String(i).padStart(8, "x")}=k`)
    const kept = newest([...names, ...tags], 600)

    expect(kept.slice(0, 10)).toEqual(names)
    expect(kept.length).toBeGreaterThan(40)
    expect(kept.at(-1)).toBe(tags.at(-1))
  })
})
