import { randomBytes } from "node:crypto"
import { brotliCompressSync } from "node:zlib"
import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { Prng } from "../../../testing/prng"
import { Entry } from "../codec/entry"
import { beginRecording, inFlow } from "../loads/load-tracker"
import { DEFAULT_CACHE_OPTIONS } from "../options"

const chance = new Prng(1)
const TAGS = [
  "Product:list:*",
  ...Array.from({ length: 400 }, () => `Product:prod_${chance.bytes(13).toString("hex")}`),
]
const dataWith = (texts: string) => ({
  products: TAGS.slice(1).map((tag) => ({ id: tag.slice("Product:".length), texts })),
})
const NOISE = randomBytes(300_000).toString("base64")
const COMPRESSION = DEFAULT_CACHE_OPTIONS.compression

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
  ["that is plain", { id: "prod_1" }, { ...COMPRESSION, enabled: false }],
  ["that is compressed", dataWith("shirt"), COMPRESSION],
  ["with other letters", dataWith("Größe, 尺寸"), COMPRESSION],
  ["that is small and has many tags", { id: "prod_1" }, COMPRESSION],
  ["that is decompressed in the thread pool", { note: NOISE }, COMPRESSION],
])("an entry %s", (_, data, compression) => {
  it("has its data and the names of its tags, from Memcached and from a copy", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world, { compression }).load("k", data, { tags: TAGS })
    const shop = new CacheProcess(world, { compression })
    const { value = Buffer.alloc(0) } = world.memcached.execute({ op: "get", key: "medusa:k" })
    expect(Entry.decode(value)?.isCompressed).toBe(compression.enabled)

    expect([...(await recorded(shop))]).toEqual(TAGS)
    expect([...(await recorded(shop))]).toEqual(TAGS)
    expect(
      shop.server.sentOf("get", "medusa:k").map((command) => "maxBytes" in command && command.maxBytes === 0)
    ).toEqual([false, true])
    expect(await shop.get("k")).toEqual(data)
    expect(await new CacheProcess(world, { compression }).get("k")).toEqual(data)
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
    const names = brotliCompressSync(JSON.stringify(TAGS))

    expect(sizeOf(named) - sizeOf(unnamed) - 6 * TAGS.length).toBeLessThan(names.length / 2)
  })

  it("are counted with the misses of a clear also where they are decompressed in the thread pool", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", { note: NOISE }, { tags: TAGS })
    const shop = new CacheProcess(world)
    await shop.clear("Product:list:*")
    await shop.get("k")

    expect(shop.cache.insight.statistics.snapshot().misses).toMatchObject({ cleared: 1, new: 0 })
  })

  it("do not make a small entry a compressed one", async () => {
    const world = new CacheWorld()
    await new CacheProcess(world).load("k", { note: "x".repeat(2_000) }, { tags: TAGS.slice(0, 5) })
    const { value } = world.memcached.execute({ op: "get", key: "medusa:k" })

    expect(value?.toString("latin1")).toContain('"note":"xxx')
    expect(value?.toString("latin1")).toContain('"Product:list:*"')
  })
})
