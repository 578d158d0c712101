import fc from "fast-check"
import { KeySpace, MAX_KEY_BYTES } from "../keys"

/** protocol.txt, "Keys". */
const TAKEN_BY_MEMCACHED = /^[\x21-\x7e]{1,250}$/

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 400 }),
  // What looks like the cache's own names, or like another cache's.
  fc
    .array(fc.constantFrom("~", ":", "~head", "~h:", "~index", "eu", "shop", "medusa", "h", "log", "a", " "), {
      maxLength: 8,
    })
    .map((parts) => parts.join("")),
  fc
    .array(fc.constantFrom("~", ":", "~head", "~log", "~lease:a", "eu", "shop"), { maxLength: 6 })
    .map((parts) => parts.join(":"))
)
/** What the option `cachePrefix` takes. */
const anyPrefix = fc.oneof(
  fc.constantFrom("medusa", "shop", "shop-eu", "eu", "h", "x".repeat(100)),
  fc.stringMatching(/^[\x21-\x39\x3b-\x7d]{1,100}$/)
)

const anyNumber = fc.nat({ max: 3 })
const anyId = fc.constantFrom(1, 36, 0xffff_ffff_ffff)

/** Everything that has a name, as a function of the names that a cache gives. */
const anyItem: fc.Arbitrary<{ readonly id: string; readonly nameIn: (keys: KeySpace) => string }> = fc.oneof(
  anyText.map((text) => ({ id: `entry ${text}`, nameIn: (keys: KeySpace) => keys.entry(text) })),
  anyText.map((text) => ({ id: `lease ${text}`, nameIn: (keys: KeySpace) => keys.lease(text) })),
  fc.constant({ id: "head", nameIn: (keys: KeySpace) => keys.head() }),
  fc.constant({ id: "clears", nameIn: (keys: KeySpace) => keys.clears() }),
  fc.tuple(anyId, anyNumber).map(([epoch, version]) => ({
    id: `version ${epoch} ${version}`,
    nameIn: (keys: KeySpace) => keys.record({ epoch, version }),
  })),
  fc.tuple(anyId, anyId).map(([epoch, record]) => ({
    id: `body ${epoch} ${record}`,
    nameIn: (keys: KeySpace) => keys.body({ epoch, version: 0 }, record),
  })),
  fc.tuple(anyNumber, anyNumber).map(([seconds, bucket]) => ({
    id: `statistics ${seconds} ${bucket}`,
    nameIn: (keys: KeySpace) => keys.statistics(seconds, bucket),
  })),
  anyNumber.map((shard) => ({ id: `tags ${shard}`, nameIn: (keys: KeySpace) => keys.tags(shard) })),
  anyNumber.map((shard) => ({ id: `index ${shard}`, nameIn: (keys: KeySpace) => keys.index(shard) }))
)

const ownNames = (keys: KeySpace, text: string): string[] => [
  keys.head(),
  keys.record({ epoch: 0xa1b2c3, version: 17 }),
  keys.body({ epoch: 0xa1b2c3, version: 17 }, 0xd4e5f6),
  keys.index(63),
  keys.lease(text),
  keys.clears(),
  keys.statistics(60, 1),
  keys.tags(0),
]

describe("names of items", () => {
  it("can be sent to Memcached, whatever the key or tag is", () => {
    fc.assert(
      fc.property(anyPrefix, anyText, (prefix, text) => {
        const keys = new KeySpace(prefix)
        for (const name of [keys.entry(text), ...ownNames(keys, text)]) expect(name).toMatch(TAKEN_BY_MEMCACHED)
      }),
      { numRuns: 1_000 }
    )
  })

  it("fit with the longest prefix, epoch and version", () => {
    const keys = new KeySpace("p".repeat(100))
    const highest = 0xffff_ffff_ffff

    const last = { epoch: highest, version: highest }

    expect(keys.record(last).length).toBeLessThanOrEqual(MAX_KEY_BYTES)
    expect(keys.body(last, highest).length).toBeLessThanOrEqual(MAX_KEY_BYTES)
  })

  it("are always the same for the same key, in every process", () => {
    fc.assert(
      fc.property(anyPrefix, anyText, (prefix, text) => {
        expect(new KeySpace(prefix).entry(text)).toBe(new KeySpace(prefix).entry(text))
      })
    )
  })

  it("differ for different keys", () => {
    fc.assert(
      fc.property(anyPrefix, anyText, anyText, (prefix, a, b) => {
        fc.pre(a !== b)
        const keys = new KeySpace(prefix)
        expect(keys.entry(a)).not.toBe(keys.entry(b))
        expect(keys.lease(a)).not.toBe(keys.lease(b))
      }),
      { numRuns: 1_000 }
    )
  })

  it("differ for keys that differ in half a character only", () => {
    const keys = new KeySpace("medusa")

    expect(keys.entry("\ud800")).not.toBe(keys.entry("\ud801"))
    expect(keys.entry("\ud800")).not.toBe(keys.entry("\ufffd"))
  })

  it("are never shared: what is named alike is the same thing under the same prefix", () => {
    const names = new Map<string, string>()
    fc.assert(
      fc.property(anyPrefix, anyItem, (prefix, { id, nameIn }) => {
        const name = nameIn(new KeySpace(prefix))
        const thing = `${prefix}:${id}`
        const known = names.get(name) ?? thing
        names.set(name, known)
        expect(thing).toBe(known)
      }),
      { numRuns: 20_000 }
    )
  })

  it("cannot be aimed at any item of another prefix, nor at an own one of this", () => {
    fc.assert(
      fc.property(anyPrefix, anyPrefix, anyItem, (prefix, other, { id, nameIn }) => {
        const name = nameIn(new KeySpace(other))
        // What somebody would have to ask for who has the other prefix.
        for (let at = name.indexOf(":"); at !== -1; at = name.indexOf(":", at + 1)) {
          const aimed = new KeySpace(prefix).entry(name.slice(at + 1))
          if (aimed === name) {
            expect({ prefix, isEntry: id.startsWith("entry") }).toEqual({ prefix: other, isEntry: true })
          }
        }
      }),
      { numRuns: 2_000 }
    )
  })

  it("all begin with the prefix and its colon, by which they can be told apart", () => {
    fc.assert(
      fc.property(anyPrefix, anyItem, (prefix, { nameIn }) => {
        expect(nameIn(new KeySpace(prefix)).split(":", 1)).toEqual([prefix])
      })
    )
  })

  it("cannot be aimed at the name of a key that had to be hashed", () => {
    const keys = new KeySpace("medusa")
    const hashed = keys.entry("with space")

    expect(hashed).toMatch(/^medusa:~h:[\w-]{43}$/)
    expect(keys.entry(hashed.slice("medusa:".length))).not.toBe(hashed)
  })

  it("can be read when the key is plain", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9][\w:.-]{0,100}$/), (key) => {
        expect(new KeySpace("medusa").entry(key)).toBe(`medusa:${key}`)
      })
    )
    expect(new KeySpace("medusa").entry("0a1b2c3d4e5f6789")).toBe("medusa:0a1b2c3d4e5f6789")
    expect(new KeySpace("medusa").lease("products")).toBe("medusa:~lease:products")
  })

  it("are plain up to 250 bytes and hashed from 251 on", () => {
    const keys = new KeySpace("medusa")
    const longest = "k".repeat(MAX_KEY_BYTES - "medusa:".length)

    expect(keys.entry(longest)).toBe(`medusa:${longest}`)
    expect(keys.entry(`${longest}k`)).toMatch(/^medusa:~h:/)
  })
})
