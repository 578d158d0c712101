import fc from "fast-check"
import { KeySpace, MAX_KEY_BYTES } from "../keys"

/** protocol.txt, "Keys". */
const TAKEN_BY_MEMCACHED = /^[\x21-\x7e]{1,250}$/

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 400 }),
  // What looks like the cache's own names, or like another cache's.
  fc
    .array(fc.constantFrom("~", ":", "~head", "~h:", "~idx", "eu", "shop", "medusa", "h", "log", "a", " "), {
      maxLength: 8,
    })
    .map((parts) => parts.join("")),
  fc
    .array(fc.constantFrom("~", ":", "~head", "~log", "~lease:a", "eu", "shop"), { maxLength: 6 })
    .map((parts) => parts.join(":"))
)
const prefixes = ["medusa", "shop", "shop:eu", "a:b:c", "x".repeat(100)]
const anyPrefix = fc.constantFrom(...prefixes)

const ownNames = (keys: KeySpace, text: string): string[] => [
  keys.head(),
  keys.position("1a2b3c", 17),
  keys.body("1a2b3c", "zz9"),
  keys.index(text),
  keys.lease(text),
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

  it("fit with the longest prefix, lineage and position", () => {
    const keys = new KeySpace("p".repeat(100))
    const highest = 0xffff_ffff_ffff

    expect(keys.position(highest.toString(36), highest).length).toBeLessThanOrEqual(MAX_KEY_BYTES)
    expect(keys.body(highest.toString(36), highest.toString(36)).length).toBeLessThanOrEqual(MAX_KEY_BYTES)
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
        expect(keys.index(a)).not.toBe(keys.index(b))
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

  it("of entries are never those of the cache's own items, also not of a cache whose prefix is longer or shorter", () => {
    fc.assert(
      fc.property(anyPrefix, anyPrefix, anyText, anyText, (prefix, otherPrefix, key, text) => {
        const own = new Set(ownNames(new KeySpace(otherPrefix), text))
        expect(own.has(new KeySpace(prefix).entry(key))).toBe(false)
      }),
      { numRuns: 1_000 }
    )
  })

  it("cannot be aimed at the own items of this or another cache", () => {
    for (const prefix of prefixes) {
      const names = ownNames(new KeySpace(prefix), "tag")
      for (const attacking of prefixes) {
        for (const name of names.filter((own) => own.startsWith(`${attacking}:`))) {
          expect(new KeySpace(attacking).entry(name.slice(attacking.length + 1))).not.toBe(name)
        }
      }
    }
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
    expect(new KeySpace("medusa").index("Product:prod_1")).toBe("medusa:~idx:Product:prod_1")
  })

  it("are plain up to 250 bytes and hashed from 251 on", () => {
    const keys = new KeySpace("medusa")
    const longest = "k".repeat(MAX_KEY_BYTES - "medusa:".length)

    expect(keys.entry(longest)).toBe(`medusa:${longest}`)
    expect(keys.entry(`${longest}k`)).toMatch(/^medusa:~h:/)
  })
})
