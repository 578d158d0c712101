import axios from "axios"
import { FaultProxy } from "../../../testing/fault-proxy"
import { untilCached } from "../running-cache"
import { Shop } from "../shop"
import { MedusaProcess } from "../two-processes/medusa-process"
import type { Section } from "./section"

const PROVIDER_ID = "caching-memcached"
const ROUNDS = 3

/** From those who change something to Memcached: longer than their answer would take by itself. */
const FAR_AWAY_MS = 500

export function describeAnswers({ api, catalogue, headers, databaseUrl, memcached }: Section): void {
  describe("a change that is far from Memcached", () => {
    let proxy: FaultProxy
    let shop: Shop

    beforeAll(async () => {
      proxy = await FaultProxy.start(memcached().port)
      shop = new Shop(api, catalogue(), headers())
    })
    afterAll(() => proxy.stop())

    const startFarAway = (mode: "server" | "worker"): Promise<MedusaProcess> =>
      MedusaProcess.start(mode, {
        DATABASE_URL: databaseUrl,
        MEMCACHED_SERVERS: `${proxy.host}:${proxy.port}`,
        LISTEN: String(mode === "server"),
      })

    /** How often this process serves the old title to whoever was told that there is a new one. */
    const countStale = async (rename: (productId: string, title: string) => Promise<void>): Promise<number> => {
      const id = shop.catalogue.products[0]?.id ?? ""
      let stale = 0
      for (let round = 0; round < ROUNDS; round++) {
        await untilCached(PROVIDER_ID, () => shop.listProducts())
        proxy.inject({ requestDelayMs: FAR_AWAY_MS })
        await rename(id, `Version ${round}`)
        if ((await shop.titleOf(id)) !== `Version ${round}`) stale += 1
        proxy.heal()
      }
      return stale
    }

    it("whoever has the answer of a server finds the change in another process", async () => {
      const server = await startFarAway("server")
      const far = axios.create({ baseURL: `http://127.0.0.1:${server.port ?? 0}` })
      const farShop = new Shop(far, shop.catalogue, headers())
      expect(await countStale((id, title) => farShop.updateProduct(id, { title }))).toBe(0)
      await server.stop()
    })

    it("whoever hears that a job has ended finds what a worker has changed in it", async () => {
      const worker = await startFarAway("worker")
      expect(await countStale((id, title) => worker.call("rename", id, title))).toBe(0)
      await worker.stop()
    })
  })
}
