import { randomBytes } from "node:crypto"
import fc from "fast-check"
import { ALGORITHMS } from "../../../../testing/compression"
import type { Algorithm, AlgorithmName } from "../algorithm"
import { brotli } from "../brotli"
import { compress, type CompressionOptions, decompress, DEFAULT_LEVELS, hasAlgorithm } from "../compression"
import type { Section } from "../entry"
import { zstd } from "../zstd"

const MAX_BYTES = 1024 * 1024

/** The smallest versions of Node.js with Zstandard (zlib.html, "History"). */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
const HAS_ZSTD = major > 23 || (major === 23 && minor >= 8) || (major === 22 && minor >= 15)

/** What the store API answers with, in size and in how alike its parts are. */
function productsJson(count: number): Buffer {
  const products = Array.from({ length: count }, (_, i) => ({
    id: `prod_${(i * 2654435761).toString(36)}`,
    title: `Shirt number ${i}`,
    description: `A shirt in ${["red", "green", "blue"][i % 3]}, ${(i * 7919) % 997} of them left.`,
    price: (i * 31) % 10_007,
  }))
  return Buffer.from(JSON.stringify(products))
}

const subject = (name: AlgorithmName): Algorithm => (name === "zstd" && zstd) || brotli

/** In place, or undefined: it will come later. */
const atOnce = <T>(result: T | Promise<T>): T | undefined => (result instanceof Promise ? undefined : result)

it("has Zstandard with each Node.js that does", () => {
  expect(hasAlgorithm("zstd")).toBe(HAS_ZSTD)
  expect(ALGORITHMS).toEqual(HAS_ZSTD ? ["brotli", "zstd"] : ["brotli"])
})

it("names what this Node.js lacks", () => {
  const raw = productsJson(60)
  const algorithm = "lzma" as AlgorithmName

  expect(() => compress(raw, { enabled: true, algorithm, thresholdBytes: 0, level: 1 })).toThrow("no lzma")
  expect(() => decompress({ bytes: raw, rawBytes: raw.length, algorithm }, MAX_BYTES)).toThrow("no lzma")
})

describe.each(ALGORITHMS)("compression with %s", (algorithm) => {
  const { inPlaceBytes } = subject(algorithm)
  const OPTIONS: CompressionOptions = {
    enabled: true,
    algorithm,
    thresholdBytes: 2048,
    level: DEFAULT_LEVELS[algorithm],
  }

  it("starts at the threshold", async () => {
    const text = Buffer.from("a".repeat(2048))

    expect((await compress(text.subarray(1), OPTIONS)).algorithm).toBeUndefined()
    expect((await compress(text, OPTIONS)).algorithm).toBe(algorithm)
    expect((await compress(text.subarray(0, 100), { ...OPTIONS, thresholdBytes: 0 })).algorithm).toBe(algorithm)
  })

  it("can be turned off", async () => {
    const raw = productsJson(500)
    const section = await compress(raw, { ...OPTIONS, enabled: false, thresholdBytes: 0 })

    expect(section).toEqual({ bytes: raw, rawBytes: raw.length, algorithm: undefined })
  })

  it("is kept only when it gains", async () => {
    for (const size of [1, 5, 3_000, 200_000]) {
      const noise = randomBytes(size)
      const section = await compress(noise, { ...OPTIONS, thresholdBytes: 0 })

      expect(section.algorithm).toBeUndefined()
      expect(section.bytes.equals(noise)).toBe(true)
    }
    expect((await compress(Buffer.alloc(0), { ...OPTIONS, thresholdBytes: 0 })).algorithm).toBeUndefined()
  })

  it("applies the level, in place and in the thread pool", async () => {
    for (const raw of [productsJson(60), productsJson(2_000)]) {
      const sizes = await Promise.all(
        [1, 4, 9].map(async (level) => (await compress(raw, { ...OPTIONS, level })).bytes)
      )
      for (const [i, level] of [1, 4, 9].entries()) {
        expect(sizes[i]?.length).toBe(subject(algorithm).compressSync(raw, level).length)
      }
      expect(new Set(sizes.map((bytes) => bytes.length)).size).toBeGreaterThan(1)
      expect(sizes[0]?.length).toBeGreaterThan(sizes[2]?.length ?? Infinity)
    }
  })

  it("makes bytes, not base64 or other text, and a third of JSON at most", async () => {
    const raw = productsJson(1_000)
    const { bytes, rawBytes } = await compress(raw, OPTIONS)

    expect(rawBytes).toBe(raw.length)
    expect(bytes.length).toBeLessThan(raw.length / 3)
    expect(bytes.some((byte) => byte > 0x7f)).toBe(true)
    expect(subject(algorithm).decompressSync(bytes, rawBytes).equals(raw)).toBe(true)
  })

  it("happens in place for what is small, and off the event loop for what is large", async () => {
    const small = productsJson(40)
    const large = productsJson(4_000)
    expect(small.length).toBeGreaterThan(OPTIONS.thresholdBytes)
    expect(small.length).toBeLessThan(inPlaceBytes)
    expect(large.length).toBeGreaterThan(400_000)

    expect(atOnce(compress(small, OPTIONS))?.algorithm).toBe(algorithm)
    const section = compress(large, OPTIONS)
    expect(section).toBeInstanceOf(Promise)
    // A thread does it: the event loop turns meanwhile.
    let turns = 0
    let done = false
    void Promise.resolve(section).then(() => (done = true))
    while (!done) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      turns += 1
    }
    expect(turns).toBeGreaterThan(1)
    expect((await section).algorithm).toBe(algorithm)
  })

  it("is undone in place for what is small when compressed, and off the event loop for what is not", async () => {
    const small = productsJson(4_000)
    const shuffled = Buffer.from(randomBytes(200_000).toString("base64"))
    const [smallSection, largeSection] = await Promise.all([compress(small, OPTIONS), compress(shuffled, OPTIONS)])
    expect(largeSection.algorithm).toBe(algorithm)

    expect(atOnce(decompress(smallSection, MAX_BYTES))?.equals(small)).toBe(true)
    const decompressed = decompress(largeSection, MAX_BYTES)
    expect(decompressed).toBeInstanceOf(Promise)
    // The bytes of a reply are only good during its callback.
    largeSection.bytes.fill(0)
    expect((await decompressed).equals(shuffled)).toBe(true)
  })

  it("gives back the same bytes, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 20_000 }),
          fc.string({ maxLength: 500 }).map((text) => Buffer.from(text.repeat(40)))
        ),
        fc.integer({ min: 1, max: 9 }),
        async (content, level) => {
          const raw = Buffer.from(content)
          const section = await compress(raw, { ...OPTIONS, thresholdBytes: 0, level })
          expect((await decompress(section, MAX_BYTES)).equals(raw)).toBe(true)
          expect(section.bytes.length).toBeLessThanOrEqual(raw.length)
        }
      )
    )
  })
})

describe.each(ALGORITHMS)("damaged bytes of %s", (algorithm) => {
  const compressSync = (raw: Buffer, level: number): Buffer => subject(algorithm).compressSync(raw, level)
  const sectionOf = (bytes: Buffer, rawBytes: number): Section => ({ bytes, rawBytes, algorithm })
  const raw = productsJson(300)
  const compressed = compressSync(raw, DEFAULT_LEVELS[algorithm])
  /** In place it throws, in the pool it rejects: the caller handles both. */
  const opened = async (section: Section): Promise<Buffer> => decompress(section, MAX_BYTES)

  // What they unfold into is for the item's checksum to tell.
  it("unfold into as many bytes as went in, or not at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: compressed.length * 8 - 1 }), async (bit) => {
        const bytes = Buffer.from(compressed)
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const result = await opened(sectionOf(bytes, raw.length)).catch(() => undefined)
        if (result) expect(result.length).toBe(raw.length)
      }),
      { numRuns: 500 }
    )
  })

  it("do not unfold when they have another size than the header promises", async () => {
    for (const rawBytes of [raw.length - 1, raw.length + 1]) {
      await expect(opened(sectionOf(compressed, rawBytes))).rejects.toThrow()
    }
  })

  it("do not unfold when they are cut short", async () => {
    for (const length of [0, 1, 10, compressed.length - 1]) {
      await expect(opened(sectionOf(compressed.subarray(0, length), raw.length))).rejects.toThrow()
    }
  })

  it("do not unfold beyond what the header promises, in place or in the pool", async () => {
    const bomb = compressSync(Buffer.alloc(50 * 1024 * 1024), 1)
    const noise = randomBytes(200 * 1024)
    const bigBomb = compressSync(Buffer.concat([noise, Buffer.alloc(50 * 1024 * 1024)]), 1)
    expect(bomb.length).toBeLessThan(128 * 1024)
    expect(bigBomb.length).toBeGreaterThan(128 * 1024)

    const before = process.memoryUsage().arrayBuffers
    await expect(opened(sectionOf(bomb, 1_000))).rejects.toThrow(/larger than 1000/)
    await expect(opened(sectionOf(bigBomb, 1_000))).rejects.toThrow(/larger than 1000/)
    await expect(opened(sectionOf(bomb, 0))).rejects.toThrow()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024)
  })
})

// A frame of one byte claims a window, which is allocated to read it (RFC 8878, "Frame Header").
if (zstd) {
  const frameWithWindow = (bits: number): Buffer =>
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (bits - 10) << 3, 9, 0, 0, 0x78])

  it.each([
    [23, false],
    [24, true],
    [30, true],
  ])("reads Zstandard's windows of up to 8 MB: 2^%i bytes", (bits, isRefused) => {
    const section: Section = { bytes: frameWithWindow(bits), rawBytes: 1, algorithm: "zstd" }

    if (isRefused) expect(() => decompress(section, MAX_BYTES)).toThrow(/too much memory/)
    else expect(String(atOnce(decompress(section, MAX_BYTES)))).toBe("x")
  })
}
