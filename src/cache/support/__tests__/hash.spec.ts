import fc from "fast-check"
import { Prng } from "../../../../testing/prng"
import { type Hash, hashOfKey, hashOfTag } from "../hash"
import { UINT48_MAX } from "../uint48"

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const TYPES = ["Product", "ProductVariant", "ProductOption", "PriceSet", "InventoryItem", "SalesChannel"]
const TAGS = 200_000

/** What Medusa writes: `Product:prod_01JXYZ…`, ids of one second share their first ten characters. */
function medusaTags(count: number): string[] {
  const prng = new Prng(48)
  const ulid = (millisecond: number): string => {
    let time = ""
    for (let left = 1_767_225_600_000 + millisecond; time.length < 10; left = Math.floor(left / 32)) {
      time = (CROCKFORD[left % 32] ?? "") + time
    }
    return time + Array.from({ length: 16 }, () => CROCKFORD[prng.below(32)]).join("")
  }
  return Array.from({ length: count }, (_, i) => `${TYPES[i % TYPES.length]}:prod_${ulid(Math.floor(i / 100))}`)
}

/** Ids that count up, as a shop with ids of its own has them: the hardest case for a weak hash. */
const countedTags = (count: number): string[] => Array.from({ length: count }, (_, i) => `Product:${i}`)

const collisionsOf = (hashes: readonly Hash[]): number => hashes.length - new Set(hashes).size

/** Chi-squared of the counts over equally likely buckets; its mean is the number of buckets. */
function chiSquared(buckets: Iterable<number>, count: number): number {
  const counts = new Array<number>(count).fill(0)
  let total = 0
  for (const bucket of buckets) {
    counts[bucket] = (counts[bucket] ?? 0) + 1
    total += 1
  }
  const expected = total / count
  return counts.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)
}

describe.each([
  { what: "tags as Medusa writes them", tagsOf: medusaTags },
  { what: "tags with counted ids", tagsOf: countedTags },
])("the hashes of 200,000 $what", ({ tagsOf }) => {
  const tags = tagsOf(TAGS)
  const hashes = tags.map(hashOfTag)

  it("do not collide", () => {
    // Expected by chance: 200,000² / 2 / 2^48 = 0.00007.
    expect(collisionsOf(hashes)).toBe(0)
  })

  it("do not collide with those of keys of the same names", () => {
    expect(collisionsOf([...hashes, ...tags.map(hashOfKey)])).toBe(0)
  })

  it("collide in their low and in their high 32 bits no more than chance has it", () => {
    // Expected: 200,000² / 2 / 2^32 = 4.7; thirty is beyond any chance.
    expect(collisionsOf(hashes.map((hash) => hash % 2 ** 32))).toBeLessThan(30)
    expect(collisionsOf(hashes.map((hash) => Math.floor(hash / 2 ** 16)))).toBeLessThan(30)
  })

  it("fill each group of eight bits evenly", () => {
    for (let shift = 0; shift < 48; shift += 8) {
      const buckets = hashes.map((hash) => Math.floor(hash / 2 ** shift) % 256)
      // 255 degrees of freedom: mean 255, standard deviation 22.6.
      expect(chiSquared(buckets, 256)).toBeLessThan(255 + 8 * 22.6)
    }
  })
})

describe("a hash", () => {
  it("is an unsigned 48-bit integer, and always the same, for any string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        for (const hash of [hashOfTag(text), hashOfKey(text)]) {
          expect(Number.isInteger(hash) && hash >= 0 && hash <= UINT48_MAX).toBe(true)
        }
        expect(hashOfTag(text)).toBe(hashOfTag(text))
      })
    )
  })

  it("differs between a key and a tag of the same name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(hashOfKey(text)).not.toBe(hashOfTag(text))
      }),
      { numRuns: 2_000 }
    )
  })

  it("differs for every text of up to two characters, and for runs of one character of any length", () => {
    const units = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i))
    const short = ["", ...units, ...units.flatMap((a) => units.map((b) => a + b))]
    const runs = Array.from({ length: 500 }, (_, i) => "\0".repeat(i + 3))

    expect(collisionsOf([...short, ...runs].map(hashOfTag))).toBe(0)
  })

  it("changes about half of its bits with one bit of the text", () => {
    const bits = (hash: Hash): string => hash.toString(2).padStart(48, "0")
    let changed = 0
    let pairs = 0
    for (const tag of medusaTags(500)) {
      for (const at of [0, 10, tag.length - 1]) {
        const other = tag.slice(0, at) + String.fromCharCode(tag.charCodeAt(at) ^ 1) + tag.slice(at + 1)
        const [a, b] = [bits(hashOfTag(tag)), bits(hashOfTag(other))]
        changed += [...a].filter((bit, i) => bit !== b[i]).length
        pairs += 1
      }
    }
    expect(changed / pairs).toBeGreaterThan(20)
    expect(changed / pairs).toBeLessThan(28)
  })
})
