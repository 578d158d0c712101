import { ScriptedServer } from "../../../../testing/scripted-server"
import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { Cache, DEFAULT_CACHE_OPTIONS } from "../../index"
import { decodeHead } from "../head"

const RETENTION_SECONDS = 600

const membersOn = (world: CacheWorld): string[] => {
  const { value } = world.memcached.execute({ op: "get", key: "medusa:~head" })
  const head = value && decodeHead(value)
  return (head?.members ?? []).map(({ name }) => name)
}

const processWith = (
  { runtime }: CacheWorld,
  servers: readonly [ScriptedServer, ...ScriptedServer[]],
  reach?: () => ScriptedServer
): Cache =>
  new Cache(
    {
      ...DEFAULT_CACHE_OPTIONS,
      log: { ...DEFAULT_CACHE_OPTIONS.log, retentionSeconds: RETENTION_SECONDS },
      statistics: { flushIntervalMs: 0 },
    },
    { servers, logger: { info: () => undefined, debug: () => undefined, warn: () => undefined }, runtime, reach }
  )

/** A process that has only the first server in its list, beside others that had two. */
async function afterTheOthers(): Promise<{ world: CacheWorld; cache: Cache; removed: ScriptedServer }> {
  const world = new CacheWorld(2)
  const { runtime } = world
  const before = new CacheProcess(world)
  await before.clear("tag")
  await before.cache.close()
  const [first, second] = world.memcacheds
  if (!first || !second) throw new Error("there are two")
  const removed = new ScriptedServer(runtime, { id: "scripted-1:11211", memcached: second })
  const kept = new ScriptedServer(runtime, { id: "scripted-0:11211", memcached: first })
  const cache = processWith(world, [kept], () => removed)
  await cache.connect()
  await cache.clear({ tags: ["tag"] })
  return { world, cache, removed }
}

describe("a server that is in no list any more", () => {
  it("is told of clears, and forgotten when it has been away for as long as records are kept", async () => {
    const { world, cache, removed } = await afterTheOthers()
    expect(membersOn(world)).toEqual(["scripted-1:11211"])
    removed.enter("down")
    await world.runtime.advance(1000 * (RETENTION_SECONDS - 10))
    expect(await cache.clear({ tags: ["tag"] })).toMatchObject({ status: "pending", servers: ["scripted-1:11211"] })

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
      expect(await cache.forgetServer("scripted-1:11211")).toBe("forgotten")
      clears.push(cache.clear({ tags: ["tag"] }))
      await world.runtime.advance(10_000)
      await Promise.all(clears)

      expect(membersOn(world)).toEqual([])
      expect(await cache.clear({ tags: ["tag"] })).toEqual({ status: "applied" })
      expect(membersOn(world)).toEqual([])
      await cache.close()
    }
  })

  it("is not forgotten by itself while somebody uses it", async () => {
    const { world, cache, removed } = await afterTheOthers()
    removed.enter("down")
    const user = new CacheProcess(world)
    await user.cache.connect()
    await world.runtime.advance(1000 * (RETENTION_SECONDS + 60))

    expect(membersOn(world)).toEqual(["scripted-1:11211"])
    await user.cache.close()
    await cache.close()
  })

  it("stays as long as it is there", async () => {
    const { world, cache } = await afterTheOthers()
    await world.runtime.advance(2000 * RETENTION_SECONDS)

    expect(membersOn(world)).toEqual(["scripted-1:11211"])
    expect(await cache.clear({ tags: ["tag"] })).toEqual({ status: "applied" })
    await cache.close()
  })

  it("is told of clears by a process that had it in its list, although it never read a head of it", async () => {
    const world = new CacheWorld(2)
    const { runtime } = world
    const [first, second] = world.memcacheds
    if (!first || !second) throw new Error("there are two")
    const others = new CacheProcess(world)
    await others.clear("tag")
    const versionOf = (memcached: typeof first): number | undefined => {
      const { value } = memcached.execute({ op: "get", key: "medusa:~head" })
      return value && decodeHead(value)?.version
    }
    const before = versionOf(second)
    expect(before).toBeGreaterThan(0)

    const kept = new ScriptedServer(runtime, { id: "scripted-0:11211", memcached: first })
    const removed = new ScriptedServer(runtime, { id: "scripted-1:11211", memcached: second })
    const cache = processWith(world, [kept, removed])
    // The only head that says who else there is, for a process that does not know it any more.
    first.execute({ op: "delete", key: "medusa:~head" })
    cache.replaceServers([kept])
    expect(await cache.clear({ tags: ["tag"] })).toEqual({ status: "applied" })
    expect(versionOf(second)).toBeGreaterThan(before ?? 0)
    await cache.close()
    await others.cache.close()
  })
})
