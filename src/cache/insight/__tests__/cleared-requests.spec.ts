import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { inFlow } from "../../loads/load-tracker"
import type { RepeatableRequest } from "../../repeatable-request"

const requestOf = (path: string): RepeatableRequest => ({ path: `/store/${path}`, headers: {} })

class Shop extends CacheProcess {
  /** Loads these keys, each with a tag of its own and one that all have, as a request for the path does. */
  visit(path: string | undefined, ...keys: string[]): Promise<void> {
    const request = path === undefined ? undefined : requestOf(path)
    return inFlow(async () => {
      for (const key of keys) if (!(await this.get(key))) await this.load(key, { of: key }, { tags: [key, "all"] })
    }, request)
  }

  async wanted(limit = 50): Promise<string[]> {
    return (await this.cache.insight.clearedRequests(limit)).map(({ path }) => path.replace("/store/", ""))
  }
}

describe("the requests that rebuild what was cleared", () => {
  it("are those of the entries that were cleared, the most wanted first", async () => {
    const shop = new Shop(new CacheWorld())
    for (const [path, visits] of Object.entries({ rare: 1, usual: 3, popular: 5 })) {
      for (let i = 0; i < visits; i++) await shop.visit(path, path)
    }
    expect(await shop.wanted()).toEqual([])
    await shop.clear("rare")
    expect(await shop.wanted()).toEqual(["rare"])
    await shop.clear("all")
    expect(await shop.wanted()).toEqual(["popular", "usual", "rare"])
    expect(await shop.wanted(2)).toEqual(["popular", "usual"])
    await shop.visit("usual", "usual")
    expect(await shop.wanted()).toEqual(["popular", "rare"])
  })

  it("are each named once, however many entries they need", async () => {
    const shop = new Shop(new CacheWorld())
    await shop.visit("page", "list", "prices", "region")
    await shop.clear("all")
    expect(await shop.wanted()).toEqual(["page"])
  })

  it("are those of cleared keys, of everything, and of what a restart has lost; not of what expired", async () => {
    const shop = new Shop(new CacheWorld())
    await shop.visit("page", "list")
    await shop.cache.clear({ key: "list" })
    expect(await shop.wanted()).toEqual(["page"])
    await shop.visit("page", "list")
    await shop.clear("*")
    expect(await shop.wanted()).toEqual(["page"])
    await shop.visit("page", "list")
    shop.world.memcached.restart()
    await shop.get("other")
    expect(await shop.wanted()).toEqual(["page"])
    await shop.visit("page", "list")
    await shop.world.runtime.advance(3_700_000)
    expect(await shop.wanted()).toEqual([])
  })

  it("are known of entries of other processes, once they were hit here", async () => {
    const world = new CacheWorld()
    await new Shop(world).visit("elsewhere", "list")
    const shop = new Shop(world)
    await shop.visit("here", "list")
    await shop.clear("all")
    expect(await shop.wanted()).toEqual(["here"])
  })

  it("are none of somebody who is known, or of no request", async () => {
    const shop = new Shop(new CacheWorld())
    await shop.visit(undefined, "list")
    await shop.load("job", 1, { tags: ["all"] })
    await shop.clear("all")
    expect(await shop.wanted()).toEqual([])
  })

  it("are none while Memcached is away", async () => {
    const shop = new Shop(new CacheWorld())
    await shop.visit("page", "list")
    await shop.clear("all")
    shop.server.script = () => "unreachable"
    expect(await shop.wanted()).toEqual([])
  })

  it("are kept in bounded memory, those of the most wanted entries longest", async () => {
    const shop = new Shop(new CacheWorld())
    for (let i = 0; i < 2; i++) await shop.visit("popular", "popular")
    // 4.4 million characters, of which 4 million are kept at most.
    for (let i = 0; i < 2_200; i++) await shop.visit(String(i).padEnd(2_000, "x"), `list ${i}`)
    const kept = shop.cache.insight.keys.wanted()
    expect(kept[0]?.request).toEqual(requestOf("popular"))
    expect(kept.reduce((sum, { request }) => sum + request.path.length, 0)).toBeLessThan(4_000_000)
    expect(kept.length).toBeGreaterThan(1_000)
  })
})
