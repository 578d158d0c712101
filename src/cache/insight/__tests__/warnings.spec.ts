import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import type { ScriptedServer } from "../../../../testing/scripted-server"

/** Closes a process that has cleared a tag while these servers were away. Returns what it has said. */
async function warningsAfterClear(world: CacheWorld, away: (servers: readonly ScriptedServer[]) => ScriptedServer[]) {
  const process = new CacheProcess(world)
  await process.get("a")
  for (const server of away(process.servers)) server.script = () => "unreachable"
  const cleared = process.clear("t")
  await world.runtime.advance(4_000)
  await cleared
  const closed = process.cache.close()
  await world.runtime.advance(10_000)
  await closed
  return process.warnings
}

describe("a process that ends", () => {
  it("says when its clears are lost with it", async () => {
    for (const servers of [1, 2]) {
      const warnings = await warningsAfterClear(new CacheWorld(servers), (all) => [...all])
      expect(warnings).toEqual([expect.stringContaining("clear everything")])
    }
  })

  it("says nothing of clears that arrived, or that another server has, which tells the others", async () => {
    expect(await warningsAfterClear(new CacheWorld(), () => [])).toEqual([])
    expect(await warningsAfterClear(new CacheWorld(2), ([first]) => (first ? [first] : []))).toEqual([])
  })
})
