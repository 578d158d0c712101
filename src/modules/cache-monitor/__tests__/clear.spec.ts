import type { Cache, ClearAuthor, ClearInput, ClearOutcome, EntryState } from "../../../cache"
import { clearTargets, countEntries } from "../clear"

const author: ClearAuthor = { origin: "admin", actorId: "user_1" }

function cacheThatAnswers(status: ClearOutcome["status"]) {
  const calls: { input: ClearInput; author: ClearAuthor | undefined }[] = []
  const cache: Pick<Cache, "clear"> = {
    clear: async (input, by) => {
      calls.push({ input, author: by })
      return { status }
    },
  }
  return { cache: cache as Cache, calls }
}

describe("clearTargets", () => {
  it("clears tags and keys in one call", async () => {
    const { cache, calls } = cacheThatAnswers("applied")
    const targets = { tags: ["a", "b"], keys: ["k", "l"], all: false }
    expect(await clearTargets(cache, targets, false, author)).toBe("applied")
    expect(calls).toEqual([{ input: { tags: ["a", "b"], keys: ["k", "l"] }, author }])
  })

  it("spares what was stored without autoInvalidate when it is told to", async () => {
    const { cache, calls } = cacheThatAnswers("applied")
    await clearTargets(cache, { tags: ["a"], keys: [], all: false }, true, author)
    expect(calls[0]?.input).toEqual({ tags: ["a"], keys: [], options: { autoInvalidate: true } })
  })

  it("clears everything", async () => {
    const { cache, calls } = cacheThatAnswers("pending")
    expect(await clearTargets(cache, { tags: [], keys: [], all: true }, false, author)).toBe("pending")
    expect(calls).toEqual([{ input: { tags: ["*"] }, author }])
  })
})

describe("countEntries", () => {
  const cacheWith = (counts: Map<string, number> | undefined, state: EntryState = "valid") =>
    ({
      insight: {
        tags: { countEntries: async () => counts, keysOf: async () => ["menu", "page"] },
        inspector: { inspectAll: async (keys: string[]) => keys.map((key) => ({ key, state })) },
      },
    }) as unknown as Cache

  it("counts an entry once, whatever names it", async () => {
    const targets = { tags: ["Menu:main"], keys: ["menu", "footer"], all: false }
    expect(await countEntries(cacheWith(new Map([["Menu:main", 2]])), targets)).toBe(3)
  })

  it("does not count a key that nothing is stored under", async () => {
    expect(await countEntries(cacheWith(new Map(), "absent"), { tags: [], keys: ["menu"], all: false })).toBe(0)
  })

  it("looks at the first two hundred of many", async () => {
    const asked: number[] = []
    const insight = {
      tags: {
        countEntries: async (tags: string[]) => (asked.push(tags.length), new Map()),
        keysOf: async (tags: string[]) => (asked.push(tags.length), []),
      },
      inspector: { inspectAll: async (keys: string[]) => (asked.push(keys.length), []) },
    }
    const cache = { insight } as unknown as Cache
    const many = Array.from({ length: 1_000 }, (_, i) => `t${i}`)
    expect(await countEntries(cache, { tags: many, keys: many, all: false })).toBe(0)
    expect(asked).toEqual([200, 200, 200])
  })

  it("cannot tell for everything, without an index, and without Memcached", async () => {
    expect(await countEntries(cacheWith(new Map()), { tags: [], keys: [], all: true })).toBeNull()
    expect(await countEntries(cacheWith(undefined), { tags: ["a"], keys: [], all: false })).toBeNull()
    expect(await countEntries(cacheWith(new Map(), "unreachable"), { tags: [], keys: ["a"], all: false })).toBeNull()
  })
})
