import { encodeEntry, Entry, EMPTY_SECTION } from "../../codec/entry"
import { NearCache } from "../near-cache"

const NOW_MS = Date.UTC(2026, 0, 1)

function entryOf(body: string, expiresAtMs = 0): Entry {
  const bytes = Buffer.from(body)
  const header = { epoch: 1, version: 2, autoInvalidate: true, storedAtMs: NOW_MS, costMicros: 5, isAnswer: true }
  const payload = { bytes, rawBytes: bytes.length, algorithm: undefined }
  const entry = Entry.decode(encodeEntry({ ...header, expiresAtMs }, payload, EMPTY_SECTION, [7, 8]))
  if (!entry) throw new Error("an entry that was just encoded can be read")
  return entry
}

describe("copies of entries", () => {
  it("outlive the bytes that they were made of, with everything that decides about them", () => {
    const near = new NearCache(100_000)
    const entry = entryOf("hello")
    near.keep("a", entry, 0)
    entry.payload.bytes.fill(0x2a)
    const copy = near.get("a", NOW_MS, 1)
    expect(copy?.payload.toString()).toBe("hello")
    expect(copy?.entry).toMatchObject({ epoch: 1, version: 2, storedAtMs: NOW_MS, hashCount: 2, isAnswer: true })
    expect([copy?.entry.hashAt(0), copy?.entry.hashAt(1)]).toEqual([7, 8])
    expect(near.get("a", NOW_MS, 1)?.payload).toBe(copy?.payload)
    near.delete("a")
    expect(near.get("a", NOW_MS, 1)).toBeUndefined()
  })

  it("are used until they expire", () => {
    const near = new NearCache(100_000)
    near.keep("a", entryOf("hello", NOW_MS + 5_000), 0)
    expect(near.get("a", NOW_MS + 4_999, 1)).toBeDefined()
    expect(near.get("a", NOW_MS + 5_000, 1)).toBeUndefined()
    expect(near.get("a", NOW_MS, 1)).toBeUndefined()
  })

  it("are read again after half a minute, so that Memcached does not take them for unused", () => {
    const near = new NearCache(100_000)
    near.keep("a", entryOf("hello"), 1_000)
    expect(near.get("a", NOW_MS, 30_999)).toBeDefined()
    expect(near.get("a", NOW_MS, 31_000)).toBeUndefined()
  })

  it("take no more memory than they may, whatever is asked for", () => {
    const near = new NearCache(100_000)
    const names = Array.from({ length: 1_000 }, (_, i) => `page ${i}`)
    for (const name of names) near.keep(name, entryOf("x".repeat(1_000)), 0)
    const kept = names.filter((name) => near.get(name, NOW_MS, 1))
    expect(kept.length).toBeGreaterThan(20)
    expect(kept.length * 1_000).toBeLessThan(100_000)
    expect(kept).toContain(names.at(-1))
  })

  it.each([
    ["a large entry", 100_000, "x".repeat(20_000)],
    ["without memory, anything", 0, "x"],
  ])("are not made of %s, whose payload is handed on", (_, maxBytes, body) => {
    const near = new NearCache(maxBytes)
    const entry = entryOf(body)
    const payload = near.keep("a", entry, 0)
    entry.payload.bytes.fill(0x2a)
    expect(payload.toString()).toBe(body)
    expect(near.get("a", NOW_MS, 1)).toBeUndefined()
  })
})
