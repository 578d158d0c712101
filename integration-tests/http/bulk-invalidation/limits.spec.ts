import { Agent } from "node:http"
import type { IWorkflowEngineService } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import continueInvalidations from "../../../src/jobs/continue-invalidations"
import { CACHE_MONITOR } from "../../../src/modules/cache-monitor"
import type { CacheMonitorService } from "../../../src/modules/cache-monitor/service"
import type { AdminCacheInvalidationResponse } from "../../../src/types/http"
import { invalidateCacheWorkflow, invalidateCacheWorkflowId } from "../../../src/workflows"
import { eventually } from "../../../testing/eventually"
import { ShopCache } from "../admin-cache/shop-cache"
import { createAdminUser } from "../admin-user"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(600_000)

const REQUESTS = 1_000
/** Half of Node's listen backlog: what does not fit into it is reset by the kernel, which says nothing about the plugin. */
const CONNECTIONS = 250
const STORES_AT_ONCE = 50
const PATIENCE_MS = 120_000

const INVALIDATIONS = "/admin/cache/invalidations"
const RUN = `/admin/workflows-executions/${invalidateCacheWorkflowId}/run`

useMemcached("limits")

shopTestRunner({
  testSuite: ({ api: http, getContainer }) => {
    const httpAgent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
    afterAll(() => httpAgent.destroy())
    let shop: ShopCache
    let headers: { authorization: string }
    beforeEach(async () => {
      shop = new ShopCache(getContainer())
      await shop.clearEverything()
      headers = await createAdminUser(getContainer())
    })
    const request = async <T = { message: string }>(method: "GET" | "POST", url: string, body?: object) => {
      const settings = { method, headers, httpAgent, timeout: PATIENCE_MS, validateStatus: () => true }
      const { status, data, headers: answered } = await http.request<T>({ ...settings, url, data: body })
      return { status, data, retryAfter: answered["retry-after"] as unknown }
    }
    const monitor = () => getContainer().resolve<CacheMonitorService>(CACHE_MONITOR)

    /** What the engine has been given, as far as it is kept. */
    const countExecutions = async (): Promise<number> => {
      const engine: IWorkflowEngineService = getContainer().resolve(Modules.WORKFLOW_ENGINE)
      const [, count] = await engine.listAndCountWorkflowExecutions({ workflow_id: invalidateCacheWorkflowId })
      return count
    }

    it(`carries out or refuses each of ${REQUESTS}`, async () => {
      const names = Array.from({ length: REQUESTS }, (_, i) => `Entry:${i}`)
      for (let at = 0; at < REQUESTS; at += STORES_AT_ONCE) {
        await Promise.all(names.slice(at, at + STORES_AT_ONCE).map((name) => shop.store({ key: name, tags: [name] })))
      }
      const executionsBefore = await countExecutions()
      const answers = await Promise.all(
        names.map(async (name) => {
          const { status, retryAfter } = await request("POST", INVALIDATIONS, { tags: [name] })
          return { name, status, retryAfter }
        })
      )
      const counts: Record<number, number> = {}
      for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
      console.info(`${REQUESTS} invalidations at once: ${JSON.stringify(counts)}`)

      const accepted = answers.filter(({ status }) => status === 202).map(({ name }) => name)
      const refused = answers.filter(({ status }) => status === 429)
      expect(accepted.length + refused.length).toBe(REQUESTS)
      expect(accepted.length).toBeGreaterThan(0)
      expect(refused.length).toBeGreaterThan(0)
      expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(["5"]))
      const found = async (): Promise<string[]> => {
        const all = await Promise.all(names.map((name) => shop.has(name)))
        return names.filter((_, i) => all[i])
      }
      await eventually(
        async () => (await Promise.all(accepted.map((name) => shop.has(name)))).includes(true),
        (some) => !some,
        PATIENCE_MS
      )
      expect(await found()).toEqual(refused.map(({ name }) => name))
      expect((await countExecutions()) - executionsBefore).toBe(accepted.length)
    })

    describe("with as many under way as there may be", () => {
      const held = Array.from({ length: 16 }, (_, i) => `held-${i}`)
      const fill = () => {
        for (const id of held) expect(monitor().queue.tryJoin(id)).toBe(true)
      }
      afterEach(() => {
        for (const id of held) monitor().queue.leave(id)
      })

      it("refuses one more, by whatever route it comes, and writes nothing for it", async () => {
        const before = await monitor().invalidations.list()
        const executionsBefore = await countExecutions()
        fill()
        for (const [url, body] of [
          [INVALIDATIONS, { all: true }],
          [RUN, { input: { all: true } }],
        ] as const) {
          expect({ url, ...(await request("POST", url, body)) }).toMatchObject({
            url,
            status: 429,
            retryAfter: "5",
            data: { type: "too_many_requests", message: expect.stringMatching(/^Nothing was cleared/) as string },
          })
        }
        expect(await monitor().invalidations.list()).toEqual(before)
        expect(await countExecutions()).toBe(executionsBefore)
      })

      it("lets the shop's own code wait for its place", async () => {
        await shop.store({ key: "menu", tags: ["Menu:main"] })
        const context = { transactionId: "from-code" }
        fill()
        let accepted = false
        const running = invalidateCacheWorkflow(getContainer())
          .run({ input: { tags: ["Menu:main"] }, context })
          .then(() => (accepted = true))
        // A whole request, which takes longer than it would.
        expect((await request("POST", INVALIDATIONS, { all: true })).status).toBe(429)
        expect(accepted).toBe(false)
        expect(await monitor().invalidations.find("from-code")).toBeUndefined()

        monitor().queue.leave("held-0")
        await running
        await eventually(
          () => monitor().invalidations.find("from-code"),
          (run) => run?.state === "done",
          PATIENCE_MS
        )
        expect(await shop.has("menu")).toBe(false)
      })
    })

    it("says what to run in a shop that has no tables yet, and does everything else", async () => {
      await getContainer()
        .resolve(ContainerRegistrationKeys.PG_CONNECTION)
        .raw("drop table cache_invalidation_batch, cache_invalidation")
      const wanted = { status: 400, data: { message: expect.stringContaining("npx medusa db:migrate") as string } }
      // More often than there are places.
      for (let i = 0; i < 20; i++) expect(await request("POST", INVALIDATIONS, { all: true })).toMatchObject(wanted)
      expect(await request("GET", INVALIDATIONS)).toMatchObject(wanted)
      expect(await request("GET", "/admin/cache/invalidation?id=a")).toMatchObject(wanted)
      await expect(continueInvalidations(getContainer())).resolves.toBeUndefined()
      await shop.store({ key: "menu", tags: ["Menu:main"] })
      expect((await request("POST", "/admin/cache/clear", { tags: ["Menu:main"] })).status).toBe(200)
      expect(await shop.has("menu")).toBe(false)
    })

    it("frees the place of a run that is refused for its input", async () => {
      for (let i = 0; i < 20; i++) {
        const { status, data } = await request("POST", RUN, { input: { tags: [7] } })
        expect({ status, data }).toMatchObject({
          status: 400,
          data: { message: expect.stringContaining("tags[0]") as string },
        })
      }
      expect((await request("POST", INVALIDATIONS, { tags: ["a"], dry_run: true })).status).toBe(202)
    })

    it("frees the place of a run that is refused for its id", async () => {
      for (let i = 0; i < 20; i++) {
        const body = { transaction_id: `erp:${i}`, input: { tags: ["a"] } }
        const { status, data } = await request("POST", RUN, body)
        expect({ status, data }).toMatchObject({
          status: 400,
          data: { message: expect.stringContaining("without a colon") as string },
        })
      }
      expect((await request("POST", INVALIDATIONS, { tags: ["a"], dry_run: true })).status).toBe(202)
    })

    it("names the caller by Medusa's route, without the flag rbac", async () => {
      const createdBy = { origin: "event", actorId: "somebody_else" }
      const transactionId = "by-medusas-route"
      const body = { transaction_id: transactionId, input: { tags: ["a"], createdBy } }
      expect((await request("POST", RUN, body)).status).toBe(200)
      const { data } = await eventually(
        () => request<AdminCacheInvalidationResponse>("GET", `/admin/cache/invalidation?id=${transactionId}`),
        ({ status, data }) => status === 200 && data.invalidation.state === "done",
        PATIENCE_MS
      )
      expect(data.invalidation.created_by).toEqual({ type: "admin", id: expect.stringMatching(/^user_/) as string })
    })
  },
})
