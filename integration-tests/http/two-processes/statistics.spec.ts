import { createAdminUser } from "../admin-user"
import { seedCatalogue } from "../catalogue"
import { useProxiedMemcached } from "../memcached-of-the-app"
import { Shop } from "../shop"
import { shopTestRunner } from "../shop-test-runner"
import { MedusaProcess } from "./medusa-process"
import { describeOwnStatistics } from "./own-statistics"
import { describeSharedStatistics } from "./shared-statistics"

jest.setTimeout(600_000)

const PREFIX = "two-processes"

const { memcached, proxy } = useProxiedMemcached(PREFIX)

shopTestRunner({
  testSuite: (running) => {
    const { api, getContainer, databaseUrl } = running
    let worker: MedusaProcess
    let shop: Shop
    let headers: { authorization: string }

    const startWorker = () => MedusaProcess.start("worker", { DATABASE_URL: databaseUrl, CACHE_PREFIX: PREFIX })
    beforeAll(async () => {
      headers = await createAdminUser(getContainer())
      shop = new Shop(api, await seedCatalogue(getContainer()), headers)
      worker = await startWorker()
    })
    afterAll(() => worker.kill())

    const section = {
      ...running,
      cachePrefix: PREFIX,
      memcached,
      proxy,
      shop: () => shop,
      headers: () => headers,
      worker: () => worker,
      startWorker,
    }
    describeOwnStatistics(section)
    // Ends the processes one after another.
    describeSharedStatistics(section)
  },
})
