import axios, { type AxiosInstance } from "axios"
import { createAdminUser } from "../admin-user"
import { seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { inFixedOrder } from "../shop"
import { shopTestRunner } from "../shop-test-runner"
import { MedusaProcess } from "../two-processes/medusa-process"
import { CHANGES } from "./changes"
import { type Reader, readersOf } from "./readers"
import { prepareWorld, type World } from "./world"

jest.setTimeout(600_000)

const RESPONSES = { CACHE_RESPONSES: "true" }

useMemcached("oracle", () => RESPONSES)

/** Answers from the cache, in two processes, against those of a third one that has no cache. */
shopTestRunner({
  keepsDatabase: true,
  testSuite: ({ api, getContainer, databaseUrl }) => {
    let world: World
    let readers: readonly Reader[]
    let other: MedusaProcess
    let uncached: MedusaProcess
    const memory = new Map<string, string>()
    const found = { differences: 0, hits: 0, compared: 0 }

    beforeAll(async () => {
      const container = getContainer()
      const headers = await createAdminUser(container)
      world = await prepareWorld({ api, headers, container, catalogue: await seedCatalogue(container) })
      readers = readersOf(world)
      const environment = { DATABASE_URL: databaseUrl, LISTEN: "true" }
      other = await MedusaProcess.start("server", { ...environment, ...RESPONSES })
      uncached = await MedusaProcess.start("server", {
        ...environment,
        CACHE_RESPONSES: "false",
        MEDUSA_FF_CACHING: "false",
      })
    })
    afterAll(async () => {
      console.info(`oracle: ${JSON.stringify(found)}`)
      await Promise.all([other.stop(), uncached.stop()])
    })

    const at = (medusa: MedusaProcess): AxiosInstance =>
      axios.create({ baseURL: `http://127.0.0.1:${medusa.port ?? 0}` })

    const ask = async (shop: AxiosInstance, { path, headers }: Reader) => {
      const { data, status, headers: answered } = await shop.get<unknown>(path, { headers, validateStatus: () => true })
      const cacheStatus = String(answered["cache-status"] ?? "")
      return { status, type: answered["content-type"] as unknown, data: inFixedOrder(data), cacheStatus }
    }

    const warm = async (): Promise<void> => {
      for (const reader of readers) for (const shop of [api, at(other)]) await ask(shop, reader)
    }

    /** Paths whose answer from the cache is another one than that of the database, with how it was found. */
    const differences = async (): Promise<string[]> => {
      const wrong: string[] = []
      for (const reader of readers) {
        const { cacheStatus: _, ...truth } = await ask(at(uncached), reader)
        for (const shop of [api, at(other)]) {
          const { cacheStatus, ...answer } = await ask(shop, reader)
          found.compared += 1
          if (cacheStatus.includes("; hit")) found.hits += 1
          if (JSON.stringify(answer) !== JSON.stringify(truth)) wrong.push(`${reader.path} (${cacheStatus})`)
        }
      }
      found.differences += wrong.length
      return wrong
    }

    it("stores an answer of each route", async () => {
      await warm()
      const missing: string[] = []
      for (const reader of readers) {
        const { status, cacheStatus } = await ask(api, reader)
        if (status === 200 && !cacheStatus.includes("; hit")) missing.push(`${reader.path} (${cacheStatus})`)
      }
      expect(missing).toEqual([])
      expect(await differences()).toEqual([])
    })

    it.each(CHANGES.map((change) => [change.by, change] as const))("%s", async (_, change) => {
      await warm()
      await change.make(world, memory)
      expect(await differences()).toEqual([])
    })
  },
})
