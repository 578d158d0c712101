import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { beginRecording, inFlow } from "../load-tracker"

const TAGS = ["Product:list:*", ...Array.from({ length: 400 }, (_, i) => `Product:prod_01J${(i * 7_919) % 100_003}`)]
const dataWith = (texts: string) => ({
  products: TAGS.slice(1).map((tag) => ({ id: tag.slice("Product:".length), texts })),
})

const sizeOf = (world: CacheWorld): number => world.memcached.execute({ op: "get", key: "medusa:k" }).value?.length ?? 0

/** What a flow that looks the entry up has read. */
const recorded = (shop: CacheProcess): Promise<ReadonlySet<string>> =>
  inFlow(async () => {
    const begun = beginRecording()
    await shop.cache.get({ key: "k" })
    begun?.end()
    return begun?.recording.tags ?? new Set<string>()
  })

describe.each([
  ["that is plain", { id: "prod_1" }, { enabled: false, thresholdBytes: 0, level: 1 }],
  ["that is compressed", dataWith("shirt"), { enabled: true, thresholdBytes: 2_048, level: 4 }],
  ["with other letters", dataWith("Größe, 尺寸"), { enabled: true, thresholdBytes: 2_048, level: 4 }],
  ["that is small and has many tags", { id: "prod_1" }, { enabled: true, thresholdBytes: 2_048, level: 4 }],
])("an entry %s", (_, data, compression) => {
  it("has its data and the names of its tags, from Memcached and from a copy", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world, { compression }).load("k", data, { tags: TAGS })
    const shop = new CacheProcess(world, { compression })

    for (const times of [1, 2]) {
      expect(await shop.get("k")).toEqual(data)
      expect({ times, tags: [...(await recorded(shop))] }).toEqual({ times, tags: TAGS })
    }
    expect((await shop.cache.insight.inspector.inspect("k")).tags).toEqual(TAGS)
    await shop.clear("Product:list:*")
    expect((await shop.cache.insight.inspector.inspect("k")).clearedBy).toBe("Product:list:*")
  })

  it("says the size of its data, without the names", async () => {
    const world = new CacheWorld()
    const shop = new CacheProcess(world, { compression })
    await shop.load("k", data, { tags: TAGS })
    const ascii = JSON.stringify(data).replace(/[^\0-\x7f]/g, "\\uxxxx")

    expect((await shop.cache.insight.inspector.inspect("k")).rawBytes).toBe(ascii.length)
  })
})

describe("the names of tags", () => {
  it("take little where the data has their ids", async () => {
    const [named, unnamed] = [new CacheWorld(), new CacheWorld()]
    await new CacheProcess(named).load("k", dataWith("shirt"), { tags: TAGS })
    await new CacheProcess(unnamed).load("k", dataWith("shirt"))
    const hashes = 6 * TAGS.length

    expect(sizeOf(named) - sizeOf(unnamed) - hashes).toBeLessThan(5 * TAGS.length)
  })

  it("do not make a small entry a compressed one", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", { note: "x".repeat(2_000) }, { tags: TAGS.slice(0, 5) })
    const { value } = world.memcached.execute({ op: "get", key: "medusa:k" })

    expect(value?.toString("latin1")).toContain('"note":"xxx')
    expect(value?.toString("latin1")).toContain('"Product:list:*"')
  })
})
