import { encodeEntry, Entry, plainSection } from "../../codec/entry"
import { TagHits } from "../tag-hits"

const HEADER = { epoch: 1, version: 1, autoInvalidate: true, expiresAtMs: 0, storedAtMs: 0, costMicros: 0 }

function entryOf(key: number, tags: readonly number[]): Entry {
  const names = plainSection(Buffer.alloc(0))
  const entry = Entry.decode(encodeEntry(HEADER, plainSection(Buffer.from("1")), names, [key, ...tags]))
  if (!entry) throw new Error("it was encoded just now")
  return entry
}

describe("the entries whose hits are counted", () => {
  it("are none without tags, of which there may be any number", () => {
    const hits = new TagHits()
    for (let key = 0; key < 1_000; key++) expect(hits.note(entryOf(key, []))).toBe(false)

    expect(hits.size).toBe(0)
    expect([...hits.take()]).toEqual([])
  })

  it("are forgotten when they take too much memory, also if each has one tag only", () => {
    const hits = new TagHits()
    for (let key = 0; key < 100_000; key++) {
      hits.note(entryOf(key, [5]))
      if (key % 1_000 === 0) expect([...hits.take()].every(([tag]) => tag === 5)).toBe(true)
    }

    expect(hits.size).toBeGreaterThan(5_000)
    expect(hits.size).toBeLessThan(20_000)
  })

  it("are not counted any more when too many are hit before somebody takes the counts", () => {
    const hits = new TagHits()
    for (let key = 0; key < 100_000; key++) hits.note(entryOf(key, [5]))

    expect([...hits.take()].length).toBeLessThan(80_000)
  })
})
