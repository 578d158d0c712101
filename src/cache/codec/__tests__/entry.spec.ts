import fc from "fast-check"
import { Prng } from "../../../../testing/prng"
import { hashOfKey, hashOfTag } from "../../support/hash"
import { DEFAULT_CACHE_OPTIONS } from "../../options"
import { UINT48_MAX } from "../../support/uint48"
import { compress, decompress } from "../compression"
import {
  EMPTY_SECTION,
  encodeEntry,
  Entry,
  type EntryHeader,
  MAX_NAMES_BYTES,
  namesWithin,
  type Section,
} from "../entry"

const uint48 = fc.oneof(fc.constantFrom(0, 1, UINT48_MAX), fc.integer({ min: 0, max: UINT48_MAX }))
const uint32 = fc.oneof(fc.constantFrom(0, 0xffff_ffff), fc.integer({ min: 0, max: 0xffff_ffff }))

const anyHeader: fc.Arbitrary<EntryHeader> = fc.record({
  epoch: uint48,
  version: uint48,
  autoInvalidate: fc.boolean(),
  expiresAtMs: uint48,
  storedAtMs: uint48,
  costMicros: uint32,
})
const anySection: fc.Arbitrary<Section> = fc.record({
  bytes: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  rawBytes: uint32,
  algorithm: fc.constantFrom(undefined, "brotli" as const, "zstd" as const),
})
/** A payload and names as they are stored: those of a compressed payload are part of it. */
const anyBody = fc
  .tuple(anySection, anySection, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([payload, names, share]): readonly [Section, Section] =>
    payload.algorithm
      ? [payload, namesWithin(Math.floor(Math.min(payload.rawBytes, MAX_NAMES_BYTES) * share))]
      : [payload, names]
  )
const anyHashes = fc.array(uint48, { maxLength: 40 })

const HEADER: EntryHeader = {
  epoch: 0x1234_5678_9abc,
  version: 4711,
  autoInvalidate: true,
  expiresAtMs: 1_767_225_600_000,
  storedAtMs: 1_767_225_000_000,
  costMicros: 125_000,
}

const plain = (text: string): Section => {
  const bytes = Buffer.from(text)
  return { bytes, rawBytes: bytes.length, algorithm: undefined }
}
const headerOf = (entry: Entry): EntryHeader => ({
  epoch: entry.epoch,
  version: entry.version,
  autoInvalidate: entry.autoInvalidate,
  expiresAtMs: entry.expiresAtMs,
  storedAtMs: entry.storedAtMs,
  costMicros: entry.costMicros,
})
const hashesOf = (entry: Entry): number[] => Array.from({ length: entry.hashCount }, (_, i) => entry.hashAt(i))

/** Reads all that there is to read. */
function readAll(bytes: Buffer): Entry | undefined {
  const entry = Entry.decode(bytes)
  if (!entry) return undefined
  hashesOf(entry)
  entry.carries(new Set([1]), "any")
  return entry
}

describe("an entry", () => {
  it("is decoded as it was encoded: header, payload, names and hashes", () => {
    fc.assert(
      fc.property(anyHeader, anyBody, anyHashes, (header, [payload, names], hashes) => {
        const entry = Entry.decode(encodeEntry(header, payload, names, hashes))

        expect(entry && headerOf(entry)).toEqual(header)
        // What is not compressed has the size that it has.
        expect(entry?.payload).toEqual(payload.algorithm ? payload : { ...payload, rawBytes: payload.bytes.length })
        expect(entry?.names).toEqual(payload.algorithm ? undefined : names)
        expect(entry?.namesBytes).toBe(names.rawBytes)
        expect(entry?.rawBytes).toBe(payload.algorithm ? payload.rawBytes - names.rawBytes : payload.bytes.length)
        expect(entry && hashesOf(entry)).toEqual(hashes)
      }),
      { numRuns: 500 }
    )
  })

  it("is the same without its payload, in bytes of its own", () => {
    fc.assert(
      fc.property(anyHeader, anyBody, anyHashes, (header, [payload, names], hashes) => {
        const bytes = encodeEntry(header, payload, names, hashes)
        const entry = Entry.decode(bytes)
        const rest = entry?.withoutPayload()
        expect([entry?.storedBytes, rest?.storedBytes]).toEqual([bytes.length, bytes.length])
        const { rawBytes, payloadBytes, isCompressed } = entry ?? {}
        bytes.fill(0x2a)

        expect(rest && headerOf(rest)).toEqual(header)
        expect(rest).toMatchObject({ rawBytes, payloadBytes, isCompressed })
        expect(rest?.names).toEqual(payload.algorithm ? undefined : names)
        expect(rest && hashesOf(rest)).toEqual(hashes)
        expect(rest?.bytes).toBe(bytes.length - payload.bytes.length)
        expect(() => rest?.payload).toThrow("kept elsewhere")
        expect(() => rest?.plainText).toThrow("kept elsewhere")
        expect(rest?.withoutPayload().names).toEqual(payload.algorithm ? undefined : names)
        const given = rest?.withNames(Buffer.from("names"))
        expect(given?.names).toMatchObject({ bytes: Buffer.from("names"), algorithm: undefined })
        expect(given?.copy().names).toEqual(given?.names)
        expect(given && [headerOf(given), hashesOf(given)]).toEqual([header, hashes])
      })
    )
  })

  it("shows its payload first and its tags behind, for whoever types `get` in a shell", () => {
    const payload = `{"id":"prod_1","title":"Größe"}`
    const bytes = encodeEntry(HEADER, plain(payload), plain(`\n["Product:prod_1"]\n`), [hashOfKey("k")])
    const text = bytes.toString("utf8")

    expect(text.startsWith(`${payload}\n["Product:prod_1"]\n`)).toBe(true)
  })

  it("costs 52 bytes, and 6 for its key and for each tag", () => {
    const size = (tags: number): number =>
      encodeEntry(HEADER, plain("12345"), EMPTY_SECTION, new Array<number>(tags + 1).fill(7)).length

    expect(size(0)).toBe(5 + 52 + 6)
    expect(size(1_000) - size(0)).toBe(6_000)
  })

  it("carries 1,000 tags, and tells which it has", async () => {
    const tags = Array.from({ length: 1_000 }, (_, i) => `ProductVariant:variant_01JXYZ${i}`)
    const names = await compress(Buffer.from(JSON.stringify(tags)), DEFAULT_CACHE_OPTIONS.compression)
    const bytes = encodeEntry(HEADER, plain("{}"), names, [hashOfKey("k"), ...tags.map(hashOfTag)])
    const entry = readAll(bytes)
    if (!entry) throw new Error("not decoded")

    expect(entry.hashCount).toBe(1_001)
    expect(JSON.parse((await decompress(entry.names ?? EMPTY_SECTION, MAX_NAMES_BYTES)).toString())).toEqual(tags)
    const carries = (match: "all" | "any", ...hashes: number[]): boolean => entry.carries(new Set(hashes), match)
    for (const tag of tags) expect(carries("any", 1, hashOfTag(tag))).toBe(true)
    expect([carries("any", hashOfTag("another")), carries("any")]).toEqual([false, false])
    expect(carries("all", ...tags.map(hashOfTag))).toBe(true)
    expect(carries("all", ...tags.map(hashOfTag), hashOfTag("another"))).toBe(false)
    expect(carries("all")).toBe(true)
    // The key's own hash stands beside them and is no tag.
    expect(carries("any", hashOfKey("k"))).toBe(false)
  })

  it("keeps a cost that is too large for its field at the largest that fits", () => {
    const bytes = encodeEntry({ ...HEADER, costMicros: 1e12 }, plain("1"), EMPTY_SECTION, [])

    expect(Entry.decode(bytes)?.costMicros).toBe(0xffff_ffff)
  })

  it("is a window on the bytes, and copies none of a large payload", () => {
    const bytes = encodeEntry(HEADER, plain("x".repeat(100_000)), EMPTY_SECTION, [1])

    expect(Entry.decode(bytes)?.payload.bytes.buffer).toBe(bytes.buffer)
  })

  it("is decoded wherever it lies in a larger buffer", () => {
    const bytes = encodeEntry(HEADER, plain("payload"), plain("names"), [1, 2, 3])
    const around = Buffer.concat([Buffer.alloc(13, 0xff), bytes, Buffer.alloc(13, 0xff)])
    const entry = Entry.decode(around.subarray(13, 13 + bytes.length))

    expect(entry?.payload.bytes.toString()).toBe("payload")
    expect(entry && hashesOf(entry)).toEqual([1, 2, 3])
  })
})

describe("bytes that are no entry", () => {
  it("are told apart when they are cut short or have something behind them", () => {
    fc.assert(
      fc.property(
        anyHeader,
        anySection,
        anyHashes,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        (header, payload, hashes, part, more) => {
          const bytes = encodeEntry(header, payload, EMPTY_SECTION, hashes)

          expect(readAll(bytes.subarray(0, Math.floor(bytes.length * part)))).toBeUndefined()
          expect(readAll(Buffer.concat([bytes, more]))).toBeUndefined()
          expect(readAll(Buffer.concat([more, bytes]))).toBeUndefined()
        }
      ),
      { numRuns: 1_000 }
    )
  })

  it("never throw when they are random, also when they end like an entry", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (random, ending) => {
        const bytes = Buffer.from(random)
        if (ending && bytes.length >= 3) Buffer.from([1, 0x4d, 0x43]).copy(bytes, bytes.length - 3)
        expect(() => readAll(bytes)).not.toThrow()
      }),
      { numRuns: 5_000 }
    )
  })

  it("are told apart when they have compressed JSON with names beside it, or more names than bytes", () => {
    const isEntry = (names: Section, rawBytes = 100): boolean => {
      const payload: Section = { bytes: Buffer.from("compressed"), rawBytes, algorithm: "brotli" }
      return Entry.decode(encodeEntry(HEADER, payload, names, [1])) !== undefined
    }
    const most = MAX_NAMES_BYTES

    expect([namesWithin(100), namesWithin(101), plain("names")].map((names) => isEntry(names))).toEqual([
      true,
      false,
      false,
    ])
    expect([most, most + 1].map((count) => isEntry(namesWithin(count), 2 * most))).toEqual([true, false])
  })

  it("are told apart when they are of another version", () => {
    const bytes = encodeEntry(HEADER, plain("payload"), EMPTY_SECTION, [1])
    bytes.writeUInt8(2, bytes.length - 3)

    expect(Entry.decode(bytes)).toBeUndefined()
  })

  it("with any one bit flipped never throw, and never show more than their own payload", () => {
    const payload = "the payload"
    const bytes = encodeEntry(HEADER, plain(payload), plain("names"), [hashOfKey("key"), hashOfTag("tag")])
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const entry = readAll(damaged)
      // The flip is in a number or in the text, never in where the text ends.
      if (entry) expect(entry.payload.bytes.length).toBe(payload.length)
    }
  })

  it("spliced from two entries show the payload of neither under the key of the other", () => {
    const prng = new Prng(7)
    const entryOf = (key: string, length: number): Buffer =>
      encodeEntry(HEADER, plain(`"${key.repeat(length)}"`), EMPTY_SECTION, [hashOfKey(key)])
    for (let round = 0; round < 2_000; round++) {
      const a = entryOf("a", prng.between(1, 60))
      const b = entryOf("b", prng.between(1, 60))
      const spliced = Buffer.concat([a.subarray(0, prng.below(a.length)), b.subarray(prng.below(b.length))])
      const entry = readAll(spliced)
      // An entry is only as long as its footer says: a splice that fits has kept the length of b.
      if (entry && entry.hashAt(0) === hashOfKey("b")) expect(spliced).toHaveLength(b.length)
    }
  })
})
