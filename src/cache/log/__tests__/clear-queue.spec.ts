import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { decodeHead, type Head } from "../head"

const HEAD = "medusa:~head"

const headsOf = (world: CacheWorld): Head[] =>
  world.memcacheds.flatMap((memcached) => {
    const { value } = memcached.execute({ op: "get", key: HEAD })
    return (value && decodeHead(value)) ?? []
  })

const swapsOf = ({ servers }: CacheProcess): number[] => servers.map((server) => server.sentOf("set", HEAD).length)

async function connected(): Promise<{ world: CacheWorld; process: CacheProcess }> {
  const world = new CacheWorld(3)
  const process = new CacheProcess(world)
  await process.clear("first")
  for (const server of process.servers) server.sent.length = 0
  return { world, process }
}

describe("a clear on several servers", () => {
  it("is put into each head, and closed there before it has resolved", async () => {
    const { world, process } = await connected()

    expect(await process.clear("tag")).toEqual({ status: "applied" })
    expect(headsOf(world)).toMatchObject(Array(3).fill({ version: 2, open: [] }))
    expect(swapsOf(process)).toEqual([2, 2, 2])
  })

  it("is closed in the swap that adds a later one, when many overlap, and nothing stays open", async () => {
    const { world, process } = await connected()
    for (const server of process.servers) server.held = true
    const clears: Promise<unknown>[] = []
    for (let turn = 0; turn < 100; turn++) {
      if (turn < 50) clears.push(process.clear(`tag-${turn}`))
      await world.runtime.advance(0)
      for (const server of process.servers) server.release()
    }
    expect(await Promise.all(clears)).toEqual(Array(50).fill({ status: "applied" }))

    const heads = headsOf(world)
    expect(heads).toMatchObject(Array(3).fill({ open: [] }))
    const records = (heads[0]?.version ?? 0) - 1
    expect(records).toBeGreaterThan(10)
    expect(Math.max(...swapsOf(process))).toBeLessThan(1.5 * records)
  })
})
