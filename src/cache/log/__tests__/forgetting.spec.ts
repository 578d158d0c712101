import type { ScriptedServer } from "../../../../testing/scripted-server"
import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import type { Cache } from "../../index"
import { cacheWith, connectionTo, headOf, loseHead, nameOf } from "./several-servers"

const RETENTION_SECONDS = 600

const membersOn = (world: CacheWorld): string[] => (headOf(world, 0)?.members ?? []).map(({ name }) => name)

/** A process that has only the first server in its list, beside others that had two. */
async function afterTheOthers(): Promise<{ world: CacheWorld; cache: Cache; removed: ScriptedServer }> {
  const world = new CacheWorld(2)
  const before = new CacheProcess(world)
  await before.clear("tag")
  await before.cache.close()
  const [kept, removed] = [connectionTo(world, 0), connectionTo(world, 1)]
  const cache = cacheWith(world, { servers: [kept], reach: () => removed, retentionSeconds: RETENTION_SECONDS })
  await cache.connect()
  await cache.clear({ tags: ["tag"] })
  return { world, cache, removed }
}

describe("a server that is in no list any more", () => {
  it("is told of clears, and forgotten when it has been away for as long as records are kept", async () => {
    const { world, cache, removed } = await afterTheOthers()
    expect(membersOn(world)).toEqual([nameOf(1)])
    removed.enter("down")
    await world.runtime.advance(1000 * (RETENTION_SECONDS - 10))
    expect(await cache.clear({ tags: ["tag"] })).toMatchObject({ status: "pending", servers: [nameOf(1)] })

    await world.runtime.advance(20_000)
    expect(membersOn(world)).toEqual([])
    expect(await cache.clear({ tags: ["tag"] })).toEqual({ status: "applied" })
    await cache.close()
  })

  it("stays forgotten, whether it can be reached or not, and whoever clears", async () => {
    for (const isThere of [true, false]) {
      const { world, cache, removed } = await afterTheOthers()
      if (!isThere) removed.enter("down")
      const clears = [cache.clear({ tags: ["tag"] })]
      expect(await cache.forgetServer(nameOf(1))).toBe("forgotten")
      clears.push(cache.clear({ tags: ["tag"] }))
      await world.runtime.advance(10_000)
      await Promise.all(clears)

      expect(membersOn(world)).toEqual([])
      expect(await cache.clear({ tags: ["tag"] })).toEqual({ status: "applied" })
      expect(membersOn(world)).toEqual([])
      await cache.close()
    }
  })

  it("is forgotten by a process, too, that cannot connect to it", async () => {
    const { world, cache } = await afterTheOthers()
    const other = cacheWith(world, { servers: [connectionTo(world, 0)], reach: () => undefined })
    await other.connect()

    expect(await other.forgetServer(nameOf(1))).toBe("forgotten")
    expect(membersOn(world)).toEqual([])
    expect(await other.forgetServer(nameOf(1))).toBe("unknown")
    await other.close()
    await cache.close()
  })

  it("is not forgotten by itself while somebody uses it", async () => {
    const { world, cache, removed } = await afterTheOthers()
    removed.enter("down")
    const user = new CacheProcess(world)
    await user.cache.connect()
    await world.runtime.advance(1000 * (RETENTION_SECONDS + 60))

    expect(membersOn(world)).toEqual([nameOf(1)])
    await user.cache.close()
    await cache.close()
  })

  it("stays as long as it is there", async () => {
    const { world, cache } = await afterTheOthers()
    await world.runtime.advance(2000 * RETENTION_SECONDS)

    expect(membersOn(world)).toEqual([nameOf(1)])
    expect(await cache.clear({ tags: ["tag"] })).toEqual({ status: "applied" })
    await cache.close()
  })

  it("is told of clears by a process that had it in its list, although it never read a head of it", async () => {
    const world = new CacheWorld(2)
    const others = new CacheProcess(world)
    await others.clear("tag")
    const before = headOf(world, 1)?.version
    expect(before).toBeGreaterThan(0)

    const kept = connectionTo(world, 0)
    const cache = cacheWith(world, { servers: [kept, connectionTo(world, 1)] })
    // The only head that says who else there is, for a process that does not know it any more.
    loseHead(world, 0)
    cache.replaceServers([kept])
    expect(await cache.clear({ tags: ["tag"] })).toEqual({ status: "applied" })
    expect(headOf(world, 1)?.version).toBeGreaterThan(before ?? 0)
    await cache.close()
    await others.cache.close()
  })
})
