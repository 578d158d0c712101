import { CacheProcess, CacheWorld } from "../../../testing/cache-process"
import { collectGarbage } from "../../../testing/collect-garbage"
import { settle } from "../../../testing/manual-runtime"
import { ScriptedServer } from "../../../testing/scripted-server"

/** Uses a second server for a while, which then goes away. Its log alone may have remembered 100,000 tags. */
async function useForAWhile(process: CacheProcess): Promise<WeakRef<object>> {
  const { world, server, cache } = process
  const other = new ScriptedServer(world.runtime, { id: "other:11211" })
  cache.replaceServers([server, other])
  await process.clear("tag")
  cache.insight.statistics.snapshot()
  other.enter("down")
  cache.replaceServers([server])
  await world.runtime.advance(10_000)
  await cache.forgetServer("other:11211")
  await world.runtime.advance(200_000)
  await process.clear("tag")
  return new WeakRef(other)
}

describe("a server that is not used any more", () => {
  it("takes no memory once it is forgotten: a cluster may get other nodes every day", async () => {
    const process = new CacheProcess(new CacheWorld())
    const gone = await useForAWhile(process)
    await settle()
    collectGarbage()

    expect(gone.deref()).toBeUndefined()
    expect(process.cache.servers).toHaveLength(1)
  })
})
