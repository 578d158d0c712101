import { CacheProcess, CacheWorld } from "../../testing/cache-process"

jest.setTimeout(300_000)

const STEPS = 96
const STEP_MS = 15 * 60 * 1000
/** After it a process is stopped: a day of idle minutes of a thousand processes tells nothing. */
const LIFE_MS = 20_000
/** Each step some processes are replaced by new ones: in a bucket of two hours there are 80. */
const PROCESSES = 10
/** Of pages, in one of them. */
const VISITS = 10
const TYPES = 60
const TAGS_PER_DAY = 300_000
const TAGS_PER_ENTRY = 312

const KB = 1024
/** Buckets of the four resolutions that are alive at a time: two ranges each, and one that is running. */
const BUCKETS = 2 * (60 + 72 + 96 + 84) + 4
/** The parts of what people are shown, and what each may have at most. */
const PARTS = {
  "~stats:": { items: BUCKETS, itemBytes: 16 * KB },
  "~tags:": { items: 64, itemBytes: 64 * KB },
  "~totals": { items: 1, itemBytes: 16 * KB },
  "~clears": { items: 1, itemBytes: 64 * KB },
} as const

describe("a day of traffic and deployments", () => {
  it("leaves no more in Memcached than was meant to be", async () => {
    const world = new CacheWorld()
    const open = (): CacheProcess =>
      new CacheProcess(world, {
        statistics: { flushIntervalMs: 5_000 },
        index: { enabled: false, retentionSeconds: 60, maxBytes: 64 * KB },
      })
    let stored = 0
    // Entries of all types in turn: an entry counts as one of its first tag's type.
    const visit = async (medusa: CacheProcess): Promise<void> => {
      const key = `page-${stored % 50}`
      const tags = Array.from({ length: TAGS_PER_ENTRY }, (_, i) => `${typeOf(stored + i)}:${idOf(stored, i)}`)
      stored += 1
      await medusa.load(key, { stored }, { tags, ttl: 3_600 })
      await medusa.get(key)
      // The next lookup of this page finds it void, each time by another tag.
      await medusa.cache.clear({ tags: [tags[stored % TAGS_PER_ENTRY] ?? ""], options: { autoInvalidate: true } })
      await medusa.get(key)
    }

    let running: CacheProcess[] = []
    for (let step = 0; step < STEPS; step++) {
      const started = Array.from({ length: PROCESSES }, open)
      const [busy] = started
      for (let i = 0; busy && i < VISITS; i++) await visit(busy)
      for (const medusa of started) await medusa.get(`page-${stored % 50}`)
      await busy?.cache.clear({ tags: ["Type0:list:*"] }, { origin: "admin", actorId: "user_01HXABCDEFGHJKMNPQRSTV" })
      await world.runtime.advance(LIFE_MS)
      if (step < STEPS - 1) await Promise.all(started.map(({ cache }) => cache.close()))
      await world.runtime.advance(STEP_MS - LIFE_MS)
      // What was sent is of no interest, and a day of it is a gigabyte.
      for (const { server } of started) server.sent.length = 0
      running = started
    }
    expect(stored * TAGS_PER_ENTRY).toBeGreaterThan(TAGS_PER_DAY * 0.99)

    const [reader] = running
    if (!reader) throw new Error("The last ones run")
    for (const medusa of running) await medusa.cache.insight.timeSeries.flush()

    const sizes = sizesOf(world)
    for (const [name, { items, itemBytes }] of Object.entries(PARTS)) {
      const part = [...sizes].filter(([key]) => key.startsWith(`medusa:${name}`)).map(([, bytes]) => bytes)
      const total = part.reduce((sum, bytes) => sum + bytes, 0)
      console.info(`${name} ${part.length} items, ${total} bytes, the largest ${Math.max(...part)}`)
      expect({ name, items: part.length <= items, largest: Math.max(...part) <= itemBytes }).toEqual({
        name,
        items: true,
        largest: true,
      })
      expect(part.length).toBeGreaterThan(0)
    }
    const all = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
    const most = Object.values(PARTS).reduce((sum, { items, itemBytes }) => sum + items * itemBytes, 0)
    console.info(`after a day: ${sizes.size} items, ${all} bytes of at most ${most}`)
    expect(all).toBeLessThan(most)

    // It is bounded by leaving out names, not by leaving out counts.
    const { totals, entities } = await reader.cache.insight.timeSeries.read("7d")
    expect(totals).toMatchObject({ lookups: stored * 3 + STEPS * PROCESSES, sets: stored })
    expect(entities).toHaveLength(25)
    expect(entities.at(-1)?.entity).toBe("other")
  })
})

const typeOf = (i: number): string => `Type${i % TYPES}`

/** As long as Medusa's ids are. */
const idOf = (entry: number, tag: number): string =>
  tag < TYPES ? "list:*" : `01${(entry * 1_000 + tag).toString(36).toUpperCase().padStart(24, "0")}`

/** Of what is neither entry nor log, as far as it has not expired. */
function sizesOf({ memcached }: CacheWorld): Map<string, number> {
  const names = memcached.keys().filter((key) => Object.keys(PARTS).some((part) => key.startsWith(`medusa:${part}`)))
  const sizes = names.map((key) => [key, memcached.execute({ op: "get", key }).value?.length ?? 0] as const)
  return new Map(sizes.filter(([, bytes]) => bytes > 0))
}
