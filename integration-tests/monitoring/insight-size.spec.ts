import { CacheProcess, CacheWorld } from "../../testing/cache-process"

jest.setTimeout(300_000)

const TAGS_PER_DAY = 300_000
const TAGS_PER_ENTRY = 500
const LISTS = ["Product", "ProductVariant", "Region", "ProductCategory"].map((type) => `${type}:list:*`)
const DAY_MS = 24 * 60 * 60 * 1000

/** 64 items of the tag directory, one of the clear history: at most 64 KB each. In practice a tag takes 60 to 100 bytes. */
const MAX_BYTES = 65 * 64 * 1024

describe("a day with 300,000 different tags", () => {
  it("leaves a tag directory and a clear history of bounded size", async () => {
    const world = new CacheWorld()
    const open = (): CacheProcess =>
      new CacheProcess(world, {
        statistics: { flushIntervalMs: 1_800_000 },
        index: { enabled: false, retentionSeconds: 60, maxBytes: 65_536 },
      })
    const [one, other] = [open(), open()]
    const entries = TAGS_PER_DAY / TAGS_PER_ENTRY
    for (let i = 0; i < entries; i++) {
      const writer = i % 2 === 0 ? one : other
      const tags = Array.from({ length: TAGS_PER_ENTRY }, (_, tag) => `ProductVariant:variant_${idOf(i, tag)}`)
      await writer.load(`page-${i % 200}`, { page: i }, { tags: [...LISTS, ...tags], ttl: 60 })
      await other.get(`page-${i % 200}`)
      await writer.cache.clear({ tags: tags.slice(0, 5), options: { autoInvalidate: true } })
      if (i % 10 === 0) await one.cache.clear({ tags: tags.slice(0, 3) }, { origin: "admin", actorId: "user_01HX" })
      await world.runtime.advance(DAY_MS / entries)
      // What was sent is of no interest, and a day of it is a gigabyte.
      for (const { server } of [one, other]) server.sent.length = 0
    }
    await one.cache.close()
    await other.cache.close()

    const sizes = sizesOf(world)
    const directory = sum(sizes, "medusa:~tags:")
    const history = sum(sizes, "medusa:~clears")
    const { tags, truncated, complete } = await open().cache.insight.tags.list()
    console.info(
      `after a day with ${TAGS_PER_DAY} tags: directory ${directory} bytes in ${tags.length} tags, history ${history} bytes`
    )
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(64 * 1024)
    expect(directory + history).toBeLessThanOrEqual(MAX_BYTES)
    expect(tags.length).toBeLessThanOrEqual(64 * 256)
    expect(tags.length).toBeGreaterThan(15_000)
    expect({ truncated, complete }).toEqual({ truncated: true, complete: true })
    // What every entry carries is still known, and what was stored last.
    const known = new Set(tags.map(({ tag }) => tag))
    expect(LISTS.every((tag) => known.has(tag))).toBe(true)
    expect(known.has(`ProductVariant:variant_${idOf(entries - 1, TAGS_PER_ENTRY - 1)}`)).toBe(true)
    const list = tags.find(({ tag }) => tag === LISTS[0])
    expect(list?.hits).toBeGreaterThan(entries * 0.9)
    expect(list?.hits).toBeLessThanOrEqual(entries)
  })
})

/** As long as Medusa's ids are. */
const idOf = (entry: number, tag: number): string =>
  `01${(entry * 1_000 + tag).toString(36).toUpperCase().padStart(24, "0")}`

const sum = (sizes: ReadonlyMap<string, number>, prefix: string): number =>
  [...sizes].reduce((total, [name, bytes]) => total + (name.startsWith(prefix) ? bytes : 0), 0)

/** Of the plugin's items that people read. */
function sizesOf({ memcached }: CacheWorld): Map<string, number> {
  const names = memcached.keys().filter((key) => key.startsWith("medusa:~tags:") || key === "medusa:~clears")
  return new Map(names.map((key) => [key, memcached.execute({ op: "get", key }).value?.length ?? 0]))
}
