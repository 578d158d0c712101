import type { KnownTag } from "../../../cache"
import { batchesOf, resolveTargets } from "../targets"

const known = (tag: string): KnownTag => ({
  tag,
  entity: "",
  version: null,
  lastCleared: null,
  hits: 0,
  lastSeenAtMs: 0,
})

function knownTags(listing: { complete?: boolean; truncated?: boolean } = {}) {
  const tags = ["Product:prod_1", "Product:list:*", "ProductVariant:v"].map(known)
  const list = jest.fn(async () => ({ tags, complete: true, truncated: false, ...listing }))
  return { list }
}

/** How often the event loop came round meanwhile. */
async function countingTurns<T>(work: () => Promise<T>): Promise<{ result: T; turns: number }> {
  let turns = -1
  let counting = true
  const count = () => {
    turns += 1
    if (counting) setImmediate(count)
  }
  count()
  const result = await work()
  counting = false
  return { result, turns }
}

describe("resolveTargets", () => {
  it("names each target once, and asks for no tags without patterns", async () => {
    const knowing = knownTags()
    const targets = {
      tags: ["Product:prod_1", "a"],
      keys: ["k", "k"],
      entities: [{ type: "Product", ids: ["prod_1", "x"] }],
    }
    expect(await resolveTargets(knowing, targets)).toEqual({
      tags: ["Product:prod_1", "a", "Product:x"],
      keys: ["k"],
      all: false,
      complete: true,
    })
    expect(knowing.list).not.toHaveBeenCalled()
  })

  it("finds the known tags that match a pattern, in which only the star is special", async () => {
    const found = async (...patterns: string[]) => (await resolveTargets(knownTags(), { patterns })).tags
    expect(await found("Product:*")).toEqual(["Product:prod_1", "Product:list:*"])
    expect(await found("Pr.duct:*", "*t:v")).toEqual(["ProductVariant:v"])
    expect(await found("Nothing:*")).toEqual([])
  })

  it("lets other work have its turn between long addresses", async () => {
    const address = `/store/products?${"a&".repeat(5_000)}`
    const urls = Array.from({ length: 400 }, (_, i) => address + i)
    const { result, turns } = await countingTurns(() => resolveTargets(knownTags(), { urls }))
    expect(result.tags).toHaveLength(400)
    expect(turns).toBeGreaterThan(3)
  })

  it("takes a tag with a star in it as it is", async () => {
    expect((await resolveTargets(knownTags(), { tags: ["Product:*"] })).tags).toEqual(["Product:*"])
  })

  it.each([{ all: true }, { tags: ["*"] }, { patterns: ["*"], keys: ["k"] }, { patterns: ["**"] }])(
    "takes %j for everything",
    async (targets) => {
      expect(await resolveTargets(knownTags(), targets)).toEqual({ tags: [], keys: [], all: true, complete: true })
    }
  )

  it("answers others while it goes through a hundred patterns and all tags that can be known", async () => {
    const tags = Array.from({ length: 16_384 }, (_, i) => known(`ProductVariant:variant_01${i}${"-".repeat(100)}`))
    const knowing = { list: async () => ({ tags, complete: true, truncated: false }) }
    const patterns = Array.from({ length: 100 }, (_, i) => `*x${i}*`)
    const { result, turns } = await countingTurns(() => resolveTargets(knowing, { patterns }))
    expect(result.tags).toEqual([])
    expect(turns).toBeGreaterThan(3)
  })

  it("answers others after each of the tags while the patterns are as slow as they can be", async () => {
    // A hundred patterns take longer than others should wait, for one tag of the longest that are known.
    const tags = Array.from({ length: 50 }, (_, i) => known(`${"a".repeat(150)}${i}`))
    const knowing = { list: async () => ({ tags, complete: true, truncated: false }) }
    const clock = jest.spyOn(performance, "now")
    const patterns = Array.from({ length: 100 }, (_, i) => `${"a*".repeat(70)}-${i}`)
    expect((await resolveTargets(knowing, { patterns })).tags).toEqual([])
    expect(clock.mock.calls.length).toBeGreaterThanOrEqual(tags.length)
    clock.mockRestore()
  })

  it("answers others while it goes through a million names", async () => {
    const ids = Array.from({ length: 500_000 }, (_, i) => `prod_${i}`)
    const request = { tags: ids, entities: ids.map((id) => ({ type: "Product", ids: [id] })) }
    const { result, turns } = await countingTurns(() => resolveTargets(knownTags(), request))
    expect(result.tags).toHaveLength(1_000_000)
    expect(turns).toBeGreaterThan(3)
  })

  it.each([{ complete: false }, { truncated: true }])("says when the known tags were %j", async (listing) => {
    expect(await resolveTargets(knownTags(listing), { patterns: ["Product:*"] })).toMatchObject({ complete: false })
  })
})

describe("batchesOf", () => {
  const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

  it("has a thousand names at most, each once, keys after tags", () => {
    const [tags, keys] = [names("t", 1_500), names("k", 1_200)]
    const batches = [...batchesOf({ tags, keys, all: false })]
    expect(batches.map((batch) => [batch.tags.length, batch.keys.length])).toEqual([
      [1_000, 0],
      [500, 500],
      [0, 700],
    ])
    expect(batches.flatMap((batch) => batch.tags)).toEqual(tags)
    expect(batches.flatMap((batch) => batch.keys)).toEqual(keys)
  })

  it("is as short as one value in the database should be, however long the names are", () => {
    const keys = Array.from({ length: 100 }, (_, i) => `${i}-${"k".repeat(10_000)}`)
    const batches = [...batchesOf({ tags: [], keys, all: false })]
    expect(batches.flatMap((batch) => batch.keys)).toEqual(keys)
    for (const batch of batches) expect(JSON.stringify(batch).length).toBeLessThan(300_000)
    expect(batches.length).toBeLessThan(10)
  })

  it("is one for everything, and none for nothing", () => {
    expect([...batchesOf({ tags: [], keys: [], all: true })]).toEqual([{ tags: [], keys: [], all: true }])
    expect([...batchesOf({ tags: [], keys: [], all: false })]).toEqual([])
  })
})
