import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { DEFAULT_CACHE_OPTIONS } from "../options"

const MAX_TAGS = 1_000

// One more, for what each of these clears voids besides its tags: what was made of unknown products.
const open = (world: CacheWorld): CacheProcess =>
  new CacheProcess(world, { log: { ...DEFAULT_CACHE_OPTIONS.log, followIntervalMs: 0, maxTags: MAX_TAGS + 1 } })

async function afterAClearOf(count: number): Promise<{ readonly kept: unknown[]; readonly horizon: number }> {
  const world = new CacheWorld()
  const [one, other] = [open(world), open(world)]
  await one.load("bystander", 1, { tags: ["Menu:main"] })
  for (let at = 0; at < count; at += 100) {
    await one.cache.clear({ tags: Array.from({ length: 100 }, (_, i) => `Product:${at + i}`) })
  }
  return { kept: [await one.get("bystander"), await other.get("bystander")], horizon: one.cache.logStatus().horizon }
}

describe("clears of many tags, one after another", () => {
  it("leave alone what they do not name, as long as the log remembers all of them", async () => {
    expect(await afterAClearOf(MAX_TAGS)).toEqual({ kept: [1, 1], horizon: 0 })
  })

  // Documented: with more, the oldest are forgotten, and what cannot be told to be valid is void.
  it("void everything that was stored before, once there are more of them than the log remembers", async () => {
    const { kept, horizon } = await afterAClearOf(MAX_TAGS + 100)
    expect(kept).toEqual([null, null])
    expect(horizon).toBeGreaterThan(0)
  })
})
