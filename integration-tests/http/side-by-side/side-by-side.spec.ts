import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"
import { describeQueries } from "./queries"
import { describeRoutes } from "./routes"

jest.setTimeout(300_000)

useMemcached("side-by-side", () => ({ CACHING_REDIS_URL: process.env.REDIS_URL ?? "redis://127.0.0.1:6379" }))

shopTestRunner({
  testSuite: (shop) => {
    describeQueries(shop)
    describeRoutes(shop)
  },
})
