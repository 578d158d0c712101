import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { inOwnFlow } from "../../../../testing/own-flow"
import { loadRecordings } from "../load-tracker"

/** A job that has looked in vain for as many keys as its context keeps, and stores none of them. */
async function afterManyMisses(shop: CacheProcess): Promise<void> {
  for (let i = 0; i < 70; i++) await shop.cache.get({ key: `missing-${i}` })
  expect(loadRecordings().length).toBeGreaterThan(10)
}

describe("what a job reads that has misses without a set, for as long as it runs", () => {
  it("takes no more memory than for so many tags", async () => {
    const shop = new CacheProcess(new CacheWorld())
    for (let list = 0; list < 60; list++) {
      await shop.load(`list-${list}`, list, { tags: Array.from({ length: 1_000 }, (_, i) => `Product:${list}-${i}`) })
    }
    await inOwnFlow(async () => {
      await afterManyMisses(shop)
      for (let list = 0; list < 60; list++) {
        expect(await shop.cache.get({ key: `list-${list}` })).toBe(list)
        for (const { hashes, tags } of loadRecordings()) expect(hashes.size + tags.size).toBeLessThanOrEqual(100_000)
      }
      expect(loadRecordings().map(({ hashes, isFull }) => [hashes.size, isFull])).toContainEqual([0, true])
    })
  })

  it("is unfolded once for each hit, and not for each of these misses", async () => {
    const shop = new CacheProcess(new CacheWorld())
    await shop.load("list", [1], { tags: ["Product:1"] })
    await inOwnFlow(async () => {
      await afterManyMisses(shop)
      const parse = jest.spyOn(JSON, "parse")
      try {
        expect(await shop.cache.get({ key: "list" })).toEqual([1])
        expect(parse.mock.calls.length).toBeLessThan(5)
      } finally {
        parse.mockRestore()
      }
    })
  })
})
