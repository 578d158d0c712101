import type { Cache, ClearAuthor, ClearInput, ClearOutcome } from "../../../cache"
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
    expect(await clearTargets(cache, targets, false, author)).toEqual({ status: "applied" })
    expect(calls).toEqual([{ input: { tags: ["a", "b"], keys: ["k", "l"] }, author }])
  })

  it("spares what was stored without autoInvalidate when it is told to", async () => {
    const { cache, calls } = cacheThatAnswers("applied")
    await clearTargets(cache, { tags: ["a"], keys: [], all: false }, true, author)
    expect(calls[0]?.input).toEqual({ tags: ["a"], keys: [], options: { autoInvalidate: true } })
  })

  it("clears everything", async () => {
    const { cache, calls } = cacheThatAnswers("pending")
    expect(await clearTargets(cache, { tags: [], keys: [], all: true }, false, author)).toEqual({ status: "pending" })
    expect(calls).toEqual([{ input: { tags: ["*"] }, author }])
  })
})

describe("countEntries", () => {
  const cacheWith = (count: number | undefined) =>
    ({ insight: { entries: { ofAny: async () => count } } }) as unknown as Cache

  it("is what is counted, and null for everything and when it cannot be told", async () => {
    const targets = { tags: ["Menu:main"], keys: ["menu"], all: false }
    expect(await countEntries(cacheWith(3), targets)).toBe(3)
    expect(await countEntries(cacheWith(undefined), targets)).toBeNull()
    expect(await countEntries(cacheWith(0), { tags: [], keys: [], all: true })).toBeNull()
  })
})
