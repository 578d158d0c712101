import { subscribe, unsubscribe } from "node:diagnostics_channel"
import type { IncomingMessage } from "node:http"
import { ContainerRegistrationKeys, generateJwtToken, Modules } from "@medusajs/framework/utils"
import type { Cache } from "../../../../src/cache"
import type {
  AdminCacheClearAndWarmRequest,
  AdminCacheClearResponse,
  AdminCacheWarm,
  AdminCacheWarmRequest,
  AdminCacheWarmResponse,
} from "../../../../src/types/http"
import { eventually } from "../../../../testing/eventually"
import { runningCaches } from "../../../contract/memcached-subject"
import { createAdminUser } from "../../admin-user"
import { seedCatalogue } from "../../catalogue"
import { countersOf, untilCached } from "../../running-cache"
import { Shop } from "../../shop"
import type { Section } from "./section"

const PROVIDER_ID = "caching-memcached"
const PATIENCE_MS = 60_000

/** Each is a page of its own, and all of them show the product with the lowest id. */
const LISTS = [8, 9, 10, 11, 12]
/** For the last tests: from the first of them on, every run rebuilds these too. */
const MORE_LISTS = Array.from({ length: 40 }, (_, i) => i + 12)
const LIST_TAG = "Product:list:*"

export function describeWarm({ api, container, admin }: Section): void {
  let shop: Shop
  let productId: string
  let title: string
  const repeated: IncomingMessage[] = []

  const onRequest = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage }
    if (request.headers["user-agent"] === "medusa-plugin-memcached") repeated.push(request)
  }

  const limitsOf = (): string[] =>
    repeated.map(({ url }) => new URL(url ?? "", "http://shop").searchParams.get("limit") ?? "")

  const warm = async (body: AdminCacheWarmRequest = {}): Promise<AdminCacheWarm> => {
    const { status, data } = await admin().post<AdminCacheWarmResponse>("/warm", body)
    expect(status).toBe(202)
    return runIn(data)
  }

  const clear = async (body: AdminCacheClearAndWarmRequest): Promise<AdminCacheClearResponse> => {
    const { status, data } = await admin().post<AdminCacheClearResponse>("/clear", body)
    expect(status).toBe(200)
    return data
  }

  const lastRun = async (): Promise<AdminCacheWarm> => runIn((await admin().get<AdminCacheWarmResponse>("/warm")).data)

  const untilEnded = (): Promise<AdminCacheWarm> => eventually(lastRun, ({ state }) => state !== "running", PATIENCE_MS)

  /** Medusa does not await its sets. */
  const untilNothingIsCleared = (): Promise<unknown> => {
    const { insight } = runningCaches().get(PROVIDER_ID) as unknown as Cache
    return eventually(
      () => insight.clearedRequests(500),
      (requests) => requests.length === 0,
      PATIENCE_MS
    )
  }

  /** The first product's title in each of the lists. */
  const titlesIn = async (limits: readonly number[]): Promise<Set<string | undefined>> => {
    const titles = new Set<string | undefined>()
    for (const limit of limits) {
      const { products } = await shop.listProducts(limit)
      titles.add(products.find(({ id }) => id === productId)?.title)
    }
    return titles
  }

  describe("POST /admin/cache/warm", () => {
    beforeAll(async () => {
      const headers = await createAdminUser(container(), { email: "warm@example.com" })
      shop = new Shop(api, await seedCatalogue(container()), headers)
      // Not always the one that was created first: within a millisecond ids have no order.
      const ids = shop.catalogue.products.map(({ id }) => id)
      productId = [...ids].sort()[0] ?? ""
      title = `Shirt ${ids.indexOf(productId)}`
      subscribe("http.server.request.start", onRequest)
    })
    beforeEach(async () => {
      for (const limit of LISTS) await untilCached(PROVIDER_ID, () => shop.listProducts(limit))
      repeated.length = 0
    })
    afterEach(async () => {
      await warm({ limit: 500 })
      await untilEnded()
      await untilNothingIsCleared()
    })
    afterAll(() => void unsubscribe("http.server.request.start", onRequest))

    it("rebuilds what visitors have asked for: they hit, and see the newest data", async () => {
      // Past Medusa, which does not clear it.
      const connection = container().resolve(ContainerRegistrationKeys.PG_CONNECTION)
      await connection("product").where({ id: productId }).update({ title: "Renamed" })
      expect(await titlesIn(LISTS)).toEqual(new Set([title]))

      const answer = await clear({ tags: [LIST_TAG], warm: true })
      expect(answer).toMatchObject({ clear: { status: "applied" }, warm: { total: LISTS.length } })
      const run = await untilEnded()
      expect(run).toMatchObject({ id: answer.warm?.id, state: "done", done: LISTS.length, failed: 0 })
      expect(
        limitsOf()
          .map(Number)
          .sort((a, b) => a - b)
      ).toEqual(LISTS)
      await untilNothingIsCleared()

      const { misses } = countersOf(PROVIDER_ID)
      expect(await titlesIn(LISTS)).toEqual(new Set(["Renamed"]))
      expect(countersOf(PROVIDER_ID).misses).toEqual(misses)
    })

    it("does nothing without being asked, nor for a clear that is only tried", async () => {
      expect(await clear({ tags: [LIST_TAG], warm: true, dry_run: true })).toMatchObject({ warm: null })
      expect(await clear({ tags: [LIST_TAG] })).not.toHaveProperty("warm")
      expect(repeated).toEqual([])
    })

    it("takes the most wanted first", async () => {
      for (let i = 0; i < 20; i++) for (const limit of [9, 11]) await shop.listProducts(limit)
      await clear({ tags: [LIST_TAG] })
      expect(await warm({ limit: 2 })).toMatchObject({ total: 2 })
      expect(await untilEnded()).toMatchObject({ state: "done", total: 2, done: 2 })
      expect(limitsOf().sort()).toEqual(["11", "9"])
    })

    it("says when there is nothing to rebuild", async () => {
      expect(await warm()).toMatchObject({ total: 0 })
      expect(await untilEnded()).toMatchObject({ state: "done", message: expect.stringMatching(/^Nothing/) as string })
    })

    it("never repeats a request of somebody who is known", async () => {
      const customer = await container().resolve(Modules.CUSTOMER).createCustomers({ email: "known@example.com" })
      const { http } = container().resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
      const claims = { actor_id: customer.id, actor_type: "customer", app_metadata: { customer_id: customer.id } }
      const token = generateJwtToken(claims, { secret: http.jwtSecret, expiresIn: "1h" })
      const known = [
        { limit: 6, headers: { authorization: `Bearer ${token}` } },
        { limit: 7, headers: { cookie: "theme=dark" } },
      ]
      for (const { limit, headers } of known) {
        const list = () =>
          api.get("/store/products", {
            params: { limit },
            headers: { ...headers, "x-publishable-api-key": shop.catalogue.publishableKey },
          })
        await untilCached(PROVIDER_ID, list)
      }
      await clear({ tags: [LIST_TAG] })
      await warm({ limit: 500 })
      await untilEnded()
      expect(repeated.length).toBeGreaterThanOrEqual(LISTS.length)
      expect(limitsOf()).not.toContain("6")
      expect(limitsOf()).not.toContain("7")
      for (const { headers } of repeated) expect(headers).not.toHaveProperty("authorization")
    })

    it("leaves nothing stale when something is edited meanwhile", async () => {
      for (const limit of MORE_LISTS) await shop.listProducts(limit)
      await clear({ all: true })
      await warm()
      await eventually(lastRun, ({ done }) => done > 2, PATIENCE_MS)
      await shop.updateProduct(productId, { title: "Edited meanwhile" })
      expect((await lastRun()).state).toBe("running")
      await untilEnded()
      expect(await titlesIn([...LISTS, ...MORE_LISTS])).toEqual(new Set(["Edited meanwhile"]))
    })

    it("has one run at a time: a second start is answered with it", async () => {
      for (const limit of MORE_LISTS) await shop.listProducts(limit)
      await clear({ tags: [LIST_TAG] })
      const runs = await Promise.all([warm(), warm({ limit: 1 })])
      const third = await warm()
      expect(new Set([...runs, third].map(({ id }) => id)).size).toBe(1)
      const run = await untilEnded()
      console.info(`${run.total} lists were rebuilt in ${run.duration_ms} ms`)
      expect(repeated).toHaveLength(run.total)
    })
  })
}

function runIn({ warm }: AdminCacheWarmResponse): AdminCacheWarm {
  if (!warm) throw new Error("There was no run")
  return warm
}
